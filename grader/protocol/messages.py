"""Messages, from a worker process to the parent process.

A student's code runs in the worker process, so no message is trusted: `read_message` validates each of them, and raises
MalformedMessage and nothing else. It holds each message to `message_limits`, which the worker keeps to as well; `traces`
does so for all messages of a run. Each message is one line of JSON, with NaN and Infinity as Python writes them:
    {"message": "ready", "torch", "device"}                     once, when the worker and its device are ready
    {"message": "failure", "kind", "text"}                      instead of it, or when the grader's own code fails
    {"message": "start", "state": {leaf: {"value", "grad"}}}    at the start of a case or program
    {"message": "call", …}  {"message": "fact", …}              when they happen, with only the leaves that changed
    {"message": "frozen", "leaves"}                             when other leaves than before do not require grad
    {"message": "used", "name", "called", "line"}               when a name of `uses` or `forbids` is first called
    {"message": "unusable-name", "name", "fix"}                 for such a name that is no name of a call, in a program
    {"message": "performed", …}                                 one for each step of a program
    {"message": "end", "how", "returned", "error"}              at the end of a case or program
    {"message": "replayed", "after"}                            the answer to a replay
    {"message": "candidates", "candidates", "problem"}          the answer to a repair job
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    model_validator,
    with_config,
)

from grader.message_limits import (
    MAX_CALL_NUMBER,
    MAX_CANDIDATES,
    MAX_CAUSES,
    MAX_DEPTH,
    MAX_DIMENSIONS,
    MAX_EDIT_COLUMNS,
    MAX_EDIT_LINES,
    MAX_EDITS,
    MAX_INTEGER_BITS,
    MAX_ITEMS,
    MAX_KEYS,
    MAX_LINE,
    MAX_LINE_NUMBER,
    MAX_NAME,
    MAX_NUMBERS,
    MAX_TEXT,
    MAX_VALUE_TEXT,
    is_kept_integer,
)
from grader.records.trace import CallFacts, ExceptionClass, Fact, LeafState, Opaque, Raised, TensorValue, Value

# The dtype's name is looked up in torch when a state is rebuilt in a worker, so other names are refused.
DTYPES = frozenset(
    """
    float16 bfloat16 float32 float64 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz complex32 complex64 complex128
    bool uint8 uint16 uint32 uint64 int8 int16 int32 int64
    """.split()
)


MAX_PROBLEMS = 100  # the first one is shown, but to read it costs time and memory for each


class MalformedMessage(Exception):
    """A worker process sent an invalid line, or a message at the wrong time."""


class TooManyMessages(MalformedMessage):
    """The messages are valid, but more than the grader keeps. The text is a sentence about the program."""


_STRICT = ConfigDict(extra="forbid", strict=True)


ShortText: TypeAlias = Annotated[str, Field(max_length=MAX_NAME)]
LineNumber: TypeAlias = Annotated[int, Field(ge=0, le=MAX_LINE_NUMBER)]
CallNumber: TypeAlias = Annotated[int, Field(ge=1, le=MAX_CALL_NUMBER)]


class _Message(BaseModel):
    model_config = _STRICT | {"frozen": True}


def _within_limits(raised: Raised) -> Raised:
    if len(raised.type) > MAX_NAME or len(raised.message) > MAX_TEXT:
        raise ValueError("the text of an error is too long")
    if raised.line is not None and not 0 <= raised.line <= MAX_LINE_NUMBER:
        raise ValueError("there is no such line")
    return raised


RaisedField: TypeAlias = Annotated[Raised, AfterValidator(_within_limits)]


class TensorFields(_Message):
    shape: Annotated[list[Annotated[int, Field(ge=0, lt=2**63)]], Field(max_length=MAX_DIMENSIONS)]
    dtype: ShortText
    device: ShortText
    data: Annotated[list[float], FailFast(), Field(max_length=2 * MAX_NUMBERS)]  # a complex number is two

    @model_validator(mode="after")
    def _is_a_tensor(self) -> TensorFields:
        if self.dtype not in DTYPES:
            raise ValueError(f"there is no dtype {self.dtype!r}")
        numbers = math.prod(self.shape) * (2 if self.dtype.startswith("complex") else 1)
        if len(self.data) != numbers:
            raise ValueError(f"a tensor of shape {self.shape} has {len(self.data)} numbers")
        if not numbers and math.prod(filter(None, self.shape)) > MAX_NUMBERS:
            raise ValueError(f"a tensor of shape {self.shape} has more than {MAX_NUMBERS} rows")
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
    touched: Annotated[tuple[str, ...], FailFast()]
    line: LineNumber | None = None
    called_from: LineNumber | None = None
    loss_line: LineNumber | None = None
    optimizer: ShortText | None = None
    raised: RaisedField | None = None
    altered: ShortText = ""
    within: CallNumber | None = None
    part_of: CallNumber | None = None
    after: dict[str, ChangeFields]


class _ValueReader:
    """Reads one value; counts the numbers and the text of all its parts."""

    def __init__(self) -> None:
        self._numbers, self._text = MAX_NUMBERS, MAX_VALUE_TEXT

    def read(self, document: Any, depth: int = 0) -> Value:
        match document:
            case None | bool() | float():
                return document
            case int():
                if not is_kept_integer(document):
                    raise ValueError(f"an integer of more than {MAX_INTEGER_BITS} bits")
                return document
            case str():
                return self._word(document, MAX_TEXT)
            case list():
                self._enter(document, depth)
                return tuple(self.read(item, depth + 1) for item in document)
            case {"map": dict(items), **rest} if not rest:
                self._enter(items, depth)
                return {self._word(name, MAX_NAME): self.read(item, depth + 1) for name, item in items.items()}
            case {"exception": str(name), **rest} if not rest:
                return ExceptionClass(self._word(name, MAX_NAME))
            case {"type": str(name), **rest} if not rest:
                return Opaque(self._word(name, MAX_NAME))
        tensor = TensorFields.model_validate(document)
        self._count(math.prod(tensor.shape))
        return tensor.record()

    def _enter(self, items: list[Any] | dict[str, Any], depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise ValueError("a value is nested too deeply")
        if len(items) > MAX_ITEMS:
            raise ValueError(f"a list or dict of more than {MAX_ITEMS} items")
        self._count(len(items))

    def _count(self, numbers: int) -> None:
        self._numbers -= numbers
        if self._numbers < 0:
            raise ValueError(f"a value with more than {MAX_NUMBERS} numbers")

    def _word(self, text: str, longest: int) -> str:
        self._text -= len(text)
        if len(text) > longest or self._text < 0:
            raise ValueError("a value with too much text")
        return text


ValueField: TypeAlias = Annotated[Any, PlainValidator(lambda document: _ValueReader().read(document))]


class ReadyMessage(_Message):
    message: Literal["ready"]
    torch: ShortText
    device: ShortText


class FailureMessage(_Message):
    """`device`: the requested device is not available. `grader`: the grader's own code failed."""

    message: Literal["failure"]
    kind: Literal["device", "grader"]
    text: Annotated[str, Field(max_length=MAX_TEXT)]


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
    name: ShortText
    line: LineNumber | None = None
    what: ShortText = ""
    leaf: ShortText | None = None
    message: Literal["fact"]


class FrozenMessage(_Message):
    """From now on these leaves, and no others, do not require grad."""

    message: Literal["frozen"]
    leaves: Annotated[list[str], FailFast()]


class UsedMessage(_Message):
    message: Literal["used"]
    name: ShortText
    called: ShortText
    line: LineNumber | None = None


class UnusableNameMessage(_Message):
    message: Literal["unusable-name"]
    name: ShortText
    fix: Annotated[str, Field(max_length=MAX_TEXT)]


class UncleanMessage(_Message):
    """Before the start: an exercise before this one has changed `what`, so this one needs another child. After the start: this
    exercise could change `what`, so the next one needs another child."""

    message: Literal["unclean"]
    what: ShortText


class PerformedMessage(_Message):
    message: Literal["performed"]
    call: CallFields | None
    values: Annotated[list[ValueField], FailFast()] = []
    raised: RaisedField | None = None


class EndMessage(_Message):
    message: Literal["end"]
    how: Literal["returned", "raised", "not-loaded", "no-function", "wrong-signature", "memory"]
    returned: ValueField = None
    error: RaisedField | None = None


class ReplayedMessage(_Message):
    message: Literal["replayed"]
    after: dict[str, ChangeFields] | None


class EditFields(_Message):
    first: Annotated[int, Field(ge=1, le=MAX_LINE_NUMBER)]
    last: LineNumber
    lines: Annotated[list[Annotated[str, Field(max_length=MAX_EDIT_COLUMNS)]], FailFast(), Field(max_length=MAX_EDIT_LINES)]


class CandidateFields(_Message):
    rule: ShortText
    causes: Annotated[list[ShortText], Field(max_length=MAX_CAUSES)]
    edits: Annotated[list[EditFields], FailFast(), Field(min_length=1, max_length=MAX_EDITS)]
    why: ShortText


class CandidatesMessage(_Message):
    """`problem`: why there are no more candidates, if making them failed."""

    message: Literal["candidates"]
    candidates: Annotated[list[CandidateFields], FailFast(), Field(max_length=MAX_CANDIDATES)]
    problem: Annotated[str, Field(max_length=MAX_TEXT)] = ""


WorkerMessage: TypeAlias = (
    ReadyMessage
    | FailureMessage
    | StartMessage
    | CallMessage
    | FactMessage
    | UsedMessage
    | FrozenMessage
    | UnusableNameMessage
    | UncleanMessage
    | PerformedMessage
    | EndMessage
    | ReplayedMessage
    | CandidatesMessage
)

_MESSAGE: TypeAdapter[WorkerMessage] = TypeAdapter(Annotated[WorkerMessage, Field(discriminator="message")])


def read_message(line: bytes) -> WorkerMessage:
    """Validate one line. Raises MalformedMessage if it is not exactly a message."""
    if len(line) > MAX_LINE:
        raise MalformedMessage(f"a line longer than {MAX_LINE} bytes")
    if line.count(b":") > MAX_KEYS:
        raise MalformedMessage(f"a line with more than {MAX_KEYS} keys")
    try:
        return _MESSAGE.validate_json(line)
    except (ValidationError, RecursionError, OverflowError) as error:
        raise MalformedMessage(f"not a message: {_first_problem(error)}") from None


def _first_problem(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return type(error).__name__
    if error.error_count() > MAX_PROBLEMS:
        return f"it has {error.error_count()} problems"
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'][:6])} {first['msg']}".strip()[:300]
