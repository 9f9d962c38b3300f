"""What happened to `.grad`: the state of the watched leaves, call by call, and how the function ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

CallKind: TypeAlias = Literal["backward", "zero", "edit", "update"]


@dataclass(frozen=True, slots=True)
class TensorValue:
    """A tensor's numbers in row-major order (complex ones as their real and imaginary parts in turn)."""

    shape: tuple[int, ...]
    dtype: str
    device: str
    data: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of another kind, of which only the name of its type is kept."""

    type: str


@dataclass(frozen=True, slots=True)
class ExceptionClass:
    """An exception's class, as a `predict` answer names the error it foresees."""

    name: str


Value: TypeAlias = (
    "TensorValue | Opaque | ExceptionClass | bool | int | float | str | tuple[Value, ...] | Mapping[str, Value] | None"
)


@dataclass(frozen=True, slots=True)
class LeafState:
    """One watched leaf at one moment."""

    value: TensorValue
    grad: TensorValue | None


State: TypeAlias = Mapping[str, LeafState]


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception: its class and message, and the student's innermost line, if one of theirs was involved."""

    type: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the worker reports about one call.

    `touched` are the leaves whose `.grad` or value it wrote, changed or not; `changed` says whether anything changed.
    `line` is the innermost line of the student's file, `called_from` the outermost when that is another one,
    `loss_line` where a backward's loss was made. `optimizer` names the declared optimizer whose step() or zero_grad()
    this is ("" for one the student built, None for none); `is_step` marks a step(). `gradient_given` says that
    `backward` got a gradient that is not ones; `same_loss` that this very tensor had its backward before.
    """

    kind: CallKind
    touched: tuple[str, ...]
    changed: bool = True
    line: int | None = None
    called_from: int | None = None
    loss_line: int | None = None
    optimizer: str | None = None
    is_step: bool = False
    raised: Raised | None = None
    gradient_given: bool = False
    same_loss: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(CallFacts):
    """One call that a student's function made, or one step of the reference run, with the whole state around it."""

    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Fact:
    """Something seen on the way that changes no `.grad` but may explain one that is missing.

    `name` is one of `autograd-grad`, `zeroed-other` (a tensor that is no watched `.grad` was zeroed: `what` is
    `copy-of-grad`, `value`, `other`), `optimizer-other` (an optimizer over other tensors; `what` is `zero_grad` or
    `step`), `own-leaf` (a backward reached a leaf the student made), `grad-assigned`, `untraced` (`.grad` changed
    outside every recorded call); from the syntax tree `zero-not-called`,
    `step-not-called`, `backward-not-called` and `grad-bound-then-constant`.
    """

    name: str
    line: int | None = None
    what: str = ""
    leaf: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case ended. `crashed`, `timeout` and `memory` are the parent's word; the others are the child's claim.

    `not-loaded`: the module raised or is not Python; `no-function` and `wrong-signature`: there was nothing to call.
    """

    how: Literal[
        "returned", "raised", "not-loaded", "no-function", "wrong-signature", "memory", "crashed", "timeout", "grader-error"
    ]
    returned: Value = None
    error: Raised | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of a student's function on one case. `output_is_cut`: it printed more than is kept."""

    before: State
    calls: tuple[Call, ...]
    ending: Ending
    facts: tuple[Fact, ...] = ()
    output: str = ""
    output_is_cut: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PerformedStep:
    """One step as the reference run performed it. `call` is None for steps that are no calls (let, code, a look).

    `values` has what each of the step's `expect` expressions was worth afterwards, in their order; a step that raised
    ends the run and has none.
    """

    call: Call | None
    values: tuple[Value, ...] = ()
    raised: Raised | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRun:
    """One program of steps performed on one case, up to the step that raised, if one did.

    `error` is trouble before the first step or with `returns`; `returned` is what `returns` was worth.
    """

    before: State
    steps: tuple[PerformedStep, ...]
    returned: Value = None
    error: Raised | None = None


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """What would step `step` (its index) leave, performed on this state instead of the expected one?"""

    case: int
    step: int
    before: State = field(hash=False)
