"""What happened to `.grad`: the state of the watched leaves around each call, and how the function ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

CallKind: TypeAlias = Literal["backward", "zero", "edit", "update"]
EndingKind: TypeAlias = Literal[
    "returned", "raised", "not-loaded", "no-function", "wrong-signature", "memory", "crashed", "timeout", "grader-error"
]

# The class of the error of a run that used its time without computing.
WAITED = "Waited"


@dataclass(frozen=True, slots=True)
class TensorValue:
    """A tensor. `data` has its numbers in row-major order; a complex number is two, its real and its imaginary part."""

    shape: tuple[int, ...]
    dtype: str
    device: str
    data: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of any other type: only the name of the type is kept."""

    type: str


@dataclass(frozen=True, slots=True)
class ExceptionClass:
    """An exception's class, in the answer of a `predict` exercise."""

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

IDENTITIES = 2**61 - 1


def identity_of(state: State) -> int:
    """A number that is equal for states of the same LeafState objects, and hardly ever for others. A state may know its own."""
    known: int | None = getattr(state, "identity", None)
    if known is not None:
        return known
    return sum(identity_of_leaf(name, leaf) for name, leaf in state.items()) % IDENTITIES


def identity_of_leaf(name: str, leaf: LeafState) -> int:
    """What one leaf adds to `identity_of` its state."""
    return hash((name, id(leaf)))


def have_same_leaves(one: State, other: State) -> bool:
    """Do two states consist of the same LeafState objects? Their numbers are not compared."""
    if one is other:
        return True
    return identity_of(one) == identity_of(other) and _are_same_leaves(one, other)


def _are_same_leaves(one: State, other: State) -> bool:
    return one is other or (len(one) == len(other) and all(leaf is other.get(name) for name, leaf in one.items()))


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception: its class, its message, and the innermost line of the student's file, if the traceback has one."""

    type: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the worker reports about one call.

    `touched`: the leaves whose `.grad` or value it wrote, with or without a change. `changed`: something changed. `line`: the
    innermost line of the student's file; `called_from`: the outermost line, if it is another one; `loss_line`: the line that
    made the loss of a backward. `optimizer`: the name of the declared optimizer whose step() or zero_grad() this is ("" for an
    optimizer that the student made, None for other calls); `is_step`: it is a step(). `gradient_given`: backward got a
    gradient that is not all ones. `same_loss`: this tensor had a backward before. `altered`: the hyperparameters of the
    declared optimizer that are not as declared at this step(), such as `lr`; `memory` if its memory was written.

    A backward and a step() have a number. `within`: the number of the outermost one that was running when the student's code
    made this call, in a hook or a closure. `part_of`: this call is the one with this number, or a part of it; set if the
    student's code made calls while it was running.
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
    altered: str = ""
    within: int | None = None
    part_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(CallFacts):
    """One call of a student's function, or one step of the reference run, with the states before and after it.

    `frozen`: the leaves that did not require grad when it was made, in an exercise that has `requires_grad` steps.
    """

    before: State
    after: State
    frozen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was seen and changes no `.grad`, but may explain why a change is missing.

    `name` is one of `autograd-grad`, `zeroed-other` (a tensor was zeroed that is not a watched `.grad`; `what` is
    `copy-of-grad`, `value` or `other`), `optimizer-other` (an optimizer over other tensors; `what` is `zero_grad` or
    `step`), `own-leaf` (a backward reached a leaf that the student made), `grad-assigned`, `untraced` (`.grad` changed
    outside of every recorded call), `noticed-late` (some such change was noticed only calls later), `leaf-detached` (detach() of
    a leaf, in an exercise with `requires_grad` steps); and from the syntax tree: `zero-not-called`, `step-not-called`,
    `backward-not-called` and `grad-bound-then-constant`.
    """

    name: str
    line: int | None = None
    what: str = ""
    leaf: str | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """A name of `uses` or `forbids` was called. `called`: the name in torch of what was called, and `line` the first line."""

    name: str
    called: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case ended. `crashed`, `timeout` and `grader-error` come from the parent process, the others from the worker.

    `not-loaded`: the module raised, or is not Python. `no-function`, `wrong-signature`: the function could not be called.
    """

    how: EndingKind
    returned: Value = None
    error: Raised | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of a student's function on one case. `output_is_cut`: it printed more than `output` has.

    `frozen`: the leaves that do not require grad at the end.
    """

    before: State
    calls: tuple[Call, ...]
    ending: Ending
    facts: tuple[Fact, ...] = ()
    output: str = ""
    output_is_cut: bool = False
    seconds: float = 0.0
    used: tuple[Used, ...] = ()
    frozen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PerformedStep:
    """One step of a reference run. `call` is None for a step that is not a call (`let`, `code`, only an `expect`).

    `values`: the values of the step's `expect` expressions after it, in order; none if the step raised, which ends the run.
    """

    call: Call | None
    values: tuple[Value, ...] = ()
    raised: Raised | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRun:
    """The run of a program of steps on one case; it ends at the first step that raises.

    `returned`: the value of `returns`. `error`: an error before the first step, or in `returns`. `used`: what the steps called
    of the names in `uses` and `forbids`. `unusable`: for each of these names that is no name of a call, what to write instead.
    `frozen`: the leaves that do not require grad at the end.
    """

    before: State
    steps: tuple[PerformedStep, ...]
    returned: Value = None
    error: Raised | None = None
    used: tuple[Used, ...] = ()
    unusable: Mapping[str, str] = field(default_factory=dict)
    frozen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ReplayRequest:
    """A question to the reference run: what does the step with this index leave if it begins with this state?

    Requests are equal if their states consist of the same LeafState objects, which all states of a trace share: no numbers are
    compared.
    """

    case: int
    step: int
    before: State
    identity: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity", identity_of(self.before))

    def __hash__(self) -> int:
        return hash((self.case, self.step, self.identity))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ReplayRequest):
            return NotImplemented
        if (self.case, self.step, self.identity) != (other.case, other.step, other.identity):
            return False
        return _are_same_leaves(self.before, other.before)
