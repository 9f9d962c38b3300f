"""Claims, from a child to the parent. A student's code shares the child, so nothing here is believed unseen.

One line of JSON each, in Python's dialect (NaN and Infinity are numbers):
    {"claim": "ready", "torch", "device"}                 once, when the child and its device are ready
    {"claim": "trouble", "kind", "message"}               instead of it, or where the grader's own code fails
    {"claim": "start", "state": {leaf: {"value", "grad"}}}           at the start of a case or program
    {"claim": "call", …}  {"claim": "fact", …}            as they happen, with only the leaves that changed
    {"claim": "performed", …}                             one per step of a program
    {"claim": "end", "how", "returned", "error"}          the end of a case or program
`read_claim` is the only way in, and MalformedClaim the only thing it raises.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PlainValidator, TypeAdapter, ValidationError, model_validator

from grader.records.trace import CallKind, ExceptionClass, Fact, Leaf, Opaque, Raised, TensorValue, Value

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


class MalformedClaim(Exception):
    """A child sent something that is no claim, or a claim out of turn."""


class _Claim(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TensorClaim(_Claim):
    shape: Annotated[list[NonNegativeInt], Field(max_length=MAX_DIMENSIONS)]
    dtype: str
    device: str
    data: list[float]

    @model_validator(mode="after")
    def _is_a_tensor(self) -> TensorClaim:
        if self.dtype not in DTYPES:
            raise ValueError(f"there is no dtype {self.dtype[:100]!r}")
        numbers = math.prod(self.shape) * (2 if self.dtype.startswith("complex") else 1)
        if len(self.data) != numbers:
            raise ValueError(f"a tensor of shape {self.shape} has {len(self.data)} numbers")
        return self

    def record(self) -> TensorValue:
        return TensorValue(tuple(self.shape), self.dtype, self.device, tuple(self.data))


class LeafClaim(_Claim):
    value: TensorClaim
    grad: TensorClaim | None

    def record(self) -> Leaf:
        return Leaf(self.value.record(), self.grad.record() if self.grad else None)


class ChangeClaim(_Claim):
    """What changed of a leaf: the keys that are there. `grad` may have become None, a value never does."""

    value: TensorClaim = Field(default=None)  # type: ignore[assignment]  # left out, it is not looked at; null is refused
    grad: TensorClaim | None = None

    def applied_to(self, leaf: Leaf) -> Leaf:
        told = self.model_fields_set
        value = self.value.record() if "value" in told else leaf.value
        if "grad" not in told:
            return Leaf(value, leaf.grad)
        return Leaf(value, self.grad.record() if self.grad else None)


class RaisedClaim(_Claim):
    type: str
    message: str
    line: int | None = None

    def record(self) -> Raised:
        return Raised(self.type, self.message, self.line)


class CallFields(_Claim):
    kind: CallKind
    touched: list[str]
    after: dict[str, ChangeClaim]
    changed: bool = True
    line: int | None = None
    called_from: int | None = None
    loss_line: int | None = None
    optimizer: str | None = None
    is_step: bool = False
    raised: RaisedClaim | None = None
    gradient_given: bool = False
    same_loss: bool = False


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
    return TensorClaim.model_validate(document).record()


ValueClaim: TypeAlias = Annotated[Any, PlainValidator(_read_value)]


class ReadyClaim(_Claim):
    claim: Literal["ready"]
    torch: str
    device: str


class TroubleClaim(_Claim):
    """`device`: the one that was asked for is not there; `grader`: our own code failed."""

    claim: Literal["trouble"]
    kind: Literal["device", "grader"]
    message: str


class StartClaim(_Claim):
    claim: Literal["start"]
    state: dict[str, LeafClaim]


class CallClaim(CallFields):
    claim: Literal["call"]


class FactClaim(_Claim):
    claim: Literal["fact"]
    name: str
    line: int | None = None
    what: str = ""
    leaf: str | None = None

    def record(self) -> Fact:
        return Fact(self.name, self.line, self.what, self.leaf)


class PerformedClaim(_Claim):
    claim: Literal["performed"]
    call: CallFields | None
    values: list[ValueClaim] = []
    raised: RaisedClaim | None = None


class EndClaim(_Claim):
    claim: Literal["end"]
    how: Literal["returned", "raised", "not-loaded", "no-function", "wrong-signature", "memory"]
    returned: ValueClaim = None
    error: RaisedClaim | None = None


Claim: TypeAlias = ReadyClaim | TroubleClaim | StartClaim | CallClaim | FactClaim | PerformedClaim | EndClaim

_CLAIM: TypeAdapter[Claim] = TypeAdapter(Annotated[Claim, Field(discriminator="claim")])


def read_claim(line: bytes) -> Claim:
    """Validate one line. Raises MalformedClaim for whatever is not a claim to the letter."""
    if len(line) > MAX_LINE:
        raise MalformedClaim(f"a line longer than {MAX_LINE} bytes")
    try:
        return _CLAIM.validate_json(line)
    except (ValidationError, RecursionError, OverflowError) as error:
        raise MalformedClaim(f"not a claim: {_first_problem(error)}") from None


def _first_problem(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'][:6])} {first['msg']}".strip()[:300]
