"""Messages, from a worker process to the parent process.

A student's code runs in the worker process, so no message is trusted: `read_message` validates each of them, and raises
MalformedMessage and nothing else. Each message is one line of JSON, with NaN and Infinity as Python writes them:
    {"message": "ready", "torch", "device"}                     once, when the worker and its device are ready
    {"message": "failure", "kind", "text"}                      instead of it, or when the grader's own code fails
    {"message": "start", "state": {leaf: {"value", "grad"}}}    at the start of a case or program
    {"message": "call", …}  {"message": "fact", …}              when they happen, with only the leaves that changed
    {"message": "performed", …}                                 one for each step of a program
    {"message": "end", "how", "returned", "error"}              at the end of a case or program
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    model_validator,
    with_config,
)

from grader.records.trace import CallFacts, ExceptionClass, Fact, LeafState, Opaque, Raised, TensorValue, Value

MAX_LINE = 4 * 2**20
MAX_DEPTH = 50
MAX_DIMENSIONS = 64

# The dtype's name is looked up in torch when a state is rebuilt in a worker, so other names are refused.
DTYPES = frozenset(
    """
    float16 bfloat16 float32 float64 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz complex32 complex64 complex128
    bool uint8 uint16 uint32 uint64 int8 int16 int32 int64
    """.split()
)


class MalformedMessage(Exception):
    """A worker process sent an invalid line, or a message at the wrong time."""


class TooManyMessages(MalformedMessage):
    """A worker process sent more messages than one run may have: the student's function makes too many calls."""


_STRICT = ConfigDict(extra="forbid", strict=True)


class _Message(BaseModel):
    model_config = _STRICT | {"frozen": True}


class TensorFields(_Message):
    shape: Annotated[list[NonNegativeInt], Field(max_length=MAX_DIMENSIONS)]
    dtype: str
    device: str
    data: list[float]

    @model_validator(mode="after")
    def _is_a_tensor(self) -> TensorFields:
        if self.dtype not in DTYPES:
            raise ValueError(f"there is no dtype {self.dtype[:100]!r}")
        numbers = math.prod(self.shape) * (2 if self.dtype.startswith("complex") else 1)
        if len(self.data) != numbers:
            raise ValueError(f"a tensor of shape {self.shape} has {len(self.data)} numbers")
        return self

    def record(self) -> TensorValue:
        return TensorValue(tuple(self.shape), self.dtype, self.device, tuple(self.data))


class LeafFields(_Message):
    value: TensorFields
    grad: TensorFields | None

    def record(self) -> LeafState:
        return LeafState(self.value.record(), self.grad.record() if self.grad else None)


class ChangeFields(_Message):
    """The parts of a leaf that changed: only these keys are present. A `grad` can become None, a value cannot."""

    value: TensorFields = Field(default=None)  # type: ignore[assignment]  # the default is never used; null is refused
    grad: TensorFields | None = None

    def applied_to(self, leaf: LeafState) -> LeafState:
        sent = self.model_fields_set
        value = self.value.record() if "value" in sent else leaf.value
        if "grad" not in sent:
            return LeafState(value, leaf.grad)
        return LeafState(value, self.grad.record() if self.grad else None)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CallFields(CallFacts):
    after: dict[str, ChangeFields]


def _read_value(document: Any, depth: int = 0) -> Value:
    if depth > MAX_DEPTH:
        raise ValueError("a value is nested too deeply")
    match document:
        case None | bool() | int() | float() | str():
            return document
        case list():
            return tuple(_read_value(item, depth + 1) for item in document)
        case {"map": dict(items), **rest} if not rest:
            return {name: _read_value(item, depth + 1) for name, item in items.items()}
        case {"exception": str(name), **rest} if not rest:
            return ExceptionClass(name)
        case {"type": str(name), **rest} if not rest:
            return Opaque(name)
    return TensorFields.model_validate(document).record()


ValueField: TypeAlias = Annotated[Any, PlainValidator(_read_value)]


class ReadyMessage(_Message):
    message: Literal["ready"]
    torch: str
    device: str


class FailureMessage(_Message):
    """`device`: the requested device is not available. `grader`: the grader's own code failed."""

    message: Literal["failure"]
    kind: Literal["device", "grader"]
    text: str


class StartMessage(_Message):
    message: Literal["start"]
    state: dict[str, LeafFields]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CallMessage(CallFields):
    message: Literal["call"]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class FactMessage(Fact):
    message: Literal["fact"]


class PerformedMessage(_Message):
    message: Literal["performed"]
    call: CallFields | None
    values: list[ValueField] = []
    raised: Raised | None = None


class EndMessage(_Message):
    message: Literal["end"]
    how: Literal["returned", "raised", "not-loaded", "no-function", "wrong-signature", "memory"]
    returned: ValueField = None
    error: Raised | None = None


WorkerMessage: TypeAlias = (
    ReadyMessage | FailureMessage | StartMessage | CallMessage | FactMessage | PerformedMessage | EndMessage
)

_MESSAGE: TypeAdapter[WorkerMessage] = TypeAdapter(Annotated[WorkerMessage, Field(discriminator="message")])


def read_message(line: bytes) -> WorkerMessage:
    """Validate one line. Raises MalformedMessage if it is not exactly a message."""
    if len(line) > MAX_LINE:
        raise MalformedMessage(f"a line longer than {MAX_LINE} bytes")
    try:
        return _MESSAGE.validate_json(line)
    except (ValidationError, RecursionError, OverflowError) as error:
        raise MalformedMessage(f"not a message: {_first_problem(error)}") from None


def _first_problem(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'][:6])} {first['msg']}".strip()[:300]
