"""Claims, from a child to the parent. A student's code shares the child, so nothing here is believed unseen.

One line of JSON each, in Python's dialect (NaN and Infinity are numbers):
    {"message": "ready", "torch", "device"}                 once, when the child and its device are ready
    {"message": "failure", "kind", "text"}               instead of it, or where the grader's own code fails
    {"message": "start", "state": {leaf: {"value", "grad"}}}           at the start of a case or program
    {"message": "call", …}  {"message": "fact", …}            as they happen, with only the leaves that changed
    {"message": "performed", …}                             one per step of a program
    {"message": "end", "how", "returned", "error"}          the end of a case or program
`read_message` is the only way in, and MalformedClaim the only thing it raises.
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

# A name that is none of these would be looked up in torch when the student's state is rebuilt.
DTYPES = frozenset(
    """
    float16 bfloat16 float32 float64 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz complex32 complex64 complex128
    bool uint8 uint16 uint32 uint64 int8 int16 int32 int64
    """.split()
)


class MalformedMessage(Exception):
    """A child sent something that is no message, or a message out of turn."""


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
    """What changed of a leaf: the keys that are there. `grad` may have become None, a value never does."""

    value: TensorFields = Field(default=None)  # type: ignore[assignment]  # left out, it is not looked at; null is refused
    grad: TensorFields | None = None

    def applied_to(self, leaf: LeafState) -> LeafState:
        told = self.model_fields_set
        value = self.value.record() if "value" in told else leaf.value
        if "grad" not in told:
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
    """`device`: the one that was asked for is not there; `grader`: our own code failed."""

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
    """Validate one line. Raises MalformedClaim for whatever is not a message to the letter."""
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
