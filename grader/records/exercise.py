"""An exercise, as the grader uses it: with all defaults filled in, loops unrolled and expressions parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.errors import SourceLocation
from grader.expressions.tree import Expr

Kind: TypeAlias = Literal["write", "fix", "predict"]
Verb: TypeAlias = Literal["backward", "zero", "step", "clip", "set", "requires_grad", "let", "retain_grad", "code", "look"]

# The verbs that can be seen as calls in a student's run. Only these are graded and earn points.
CALL_VERBS: frozenset[Verb] = frozenset({"backward", "zero", "step", "clip", "set"})

HIDDEN_CASES = 2

# A value as it is written in the file: a number, None, or nested lists of numbers.
WrittenValue: TypeAlias = "float | int | tuple[WrittenValue, ...] | None"


@dataclass(frozen=True, slots=True)
class Backward:
    """`of`: one loss, or several for one call of torch.autograd.backward. `gradient`: one for each loss, or none."""

    of: tuple[Expr, ...]
    gradient: tuple[Expr, ...] = ()
    retain_graph: bool = False
    create_graph: bool = False
    inputs: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Zero:
    """`of`: tensors, modules, optimizers. `set_to_none` is None for PyTorch's default."""

    of: tuple[Expr, ...]
    set_to_none: bool | None = None


@dataclass(frozen=True, slots=True)
class OptimizerStep:
    optimizer: str


@dataclass(frozen=True, slots=True)
class Clip:
    """Exactly one of `max_norm` and `clip_value` is set."""

    of: tuple[Expr, ...]
    max_norm: float | None = None
    clip_value: float | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """Writes in place under no_grad. A target is a leaf, a parameter or a `.grad`. All values are read before the first write."""

    targets: tuple[tuple[Expr, Expr], ...]


@dataclass(frozen=True, slots=True)
class RequiresGrad:
    of: tuple[tuple[Expr, bool], ...]


@dataclass(frozen=True, slots=True)
class Let:
    names: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class RetainGrad:
    of: Expr


@dataclass(frozen=True, slots=True)
class Code:
    source: str


@dataclass(frozen=True, slots=True)
class Look:
    """A step without a verb, which only has an `expect`."""


Action: TypeAlias = Backward | Zero | OptimizerStep | Clip | Set | RequiresGrad | Let | RetainGrad | Code | Look


@dataclass(frozen=True, slots=True)
class Expectation:
    """The author's promise that `expression` has this value after the step.

    `digits`: the largest number of decimals that the author wrote (4 for `-1.3333`; 0 for integers and None).
    `is_promised` is false where the file has "?" for the value; `value` has no meaning then.
    """

    expression: Expr
    text: str
    value: WrittenValue
    digits: int = 0
    where: SourceLocation | None = field(default=None, compare=False)
    is_promised: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the unrolled program; loop variables are already replaced in `action`.

    `number`: the step's number in the file, which `instead` uses; 0 for a step that the grader made. `text`: the step as
    a line of Python, for people. `written`: the action with its loop variables, None for a step that the grader made.
    `loss`: the expression on which backward is called, as its author wrote it. `needs_grad`: the step raises if `.grad` is
    None, as `x.grad.zero_()` does. `loop`: the passes that the step is in, outermost first; (("X, y", 0),) is the first pass.
    `is_recorded`: a diagnosis made the step, which only repeats the effect of a student's call. `ignored`: the leaves whose
    `.grad` is not judged after this step, because it or an earlier step ignores them.
    """

    verb: Verb
    action: Action
    number: int
    text: str
    written: Action | None = None
    loss: str = ""
    needs_grad: bool = False
    expect: tuple[Expectation, ...] = ()
    raises: str | None = None
    optional: bool = False
    points: float = 1.0
    note: str = ""
    loop: tuple[tuple[str, int], ...] = ()
    is_recorded: bool = False
    ignored: frozenset[str] = field(default=frozenset(), compare=False)
    where: SourceLocation | None = field(default=None, compare=False)

    @property
    def as_written(self) -> Action:
        """The action with its loop variables."""
        return self.written or self.action

    @property
    def is_call(self) -> bool:
        """Can this step be seen as a call in a student's run?"""
        return self.verb in CALL_VERBS


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A leaf or a parameter. `value`: nested tuples of numbers, or the dotted name of the parameter that it is tied to.

    `redraw`: the range of the numbers in hidden cases, True for the default range, False to keep the numbers.
    """

    value: WrittenValue | str
    dtype: str = "float32"
    redraw: tuple[float, float] | bool = True
    where: SourceLocation | None = field(default=None, compare=False)

    @property
    def tied_to(self) -> str | None:
        return self.value if isinstance(self.value, str) else None


@dataclass(frozen=True, slots=True)
class Data:
    """A number, a tensor (nested tuples), or a Python list of the things that `names` names."""

    value: WrittenValue = None
    dtype: str | None = None
    names: DataNames | None = None


DataNames: TypeAlias = "tuple[str | DataNames, ...]"


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that exists before the first step, in the order of the file. `where`: the place of each declaration."""

    data: Mapping[str, Data] = field(default_factory=dict)
    modules: Mapping[str, Expr] = field(default_factory=dict)
    tensors: Mapping[str, TensorSpec] = field(default_factory=dict)
    optimizers: Mapping[str, Expr] = field(default_factory=dict)
    where: Mapping[str, SourceLocation] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Tolerance:
    rtol: float | None = None
    atol: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for each case. `memory_mb` is in addition to the memory of an idle worker.

    `seconds` is CPU time, and time that passes while the function waits. Time in which other programs keep the processors
    busy does not count.
    """

    seconds: float = 5.0
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class TorchName:
    """A dotted name of torch in `uses` or `forbids`: a function, a method, a class or a module."""

    name: str
    where: SourceLocation | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake that the author expects: the whole wrong program, unrolled, and its misconception."""

    name: str
    misconception: str
    steps: tuple[Step, ...]
    where: SourceLocation | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Invisible:
    """A mutant that this exercise cannot distinguish from the right program, and why that is acceptable."""

    operator: str
    because: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """`id` is `<track>/<slug>`; the slug is the `id` in the file. `returns` is one expression, or several for a list.

    `returns_number`: a Python number is as good as a tensor with one element. `ignored`: the leaves whose `.grad` is never
    judged. `variants`: the exercise with other data, each for one hidden case.
    """

    id: str
    path: str
    title: str
    kind: Kind
    function: str
    parameters: tuple[str, ...]
    setup: Setup
    steps: tuple[Step, ...]
    concept: str = ""
    level: int = 1
    order: int = 0
    task: str = ""
    hints: tuple[str, ...] = ()
    explain: str = ""
    returns: tuple[Expr, ...] | Expr | None = None
    returns_number: bool = False
    returns_where: SourceLocation | None = field(default=None, compare=False)
    none_is_zero: bool = False
    ignored: frozenset[str] = frozenset()
    tolerance: Tolerance = Tolerance()
    hidden: int = HIDDEN_CASES
    limits: Limits = Limits()
    points: float | None = None
    uses: tuple[TorchName, ...] = ()
    forbids: tuple[TorchName, ...] = ()
    variants: tuple[Exercise, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    invisible: tuple[Invisible, ...] = ()
    starter: str | None = None
    reference: str | None = None
    where: SourceLocation | None = field(default=None, compare=False)

    @property
    def track(self) -> str:
        return self.id.partition("/")[0]

    @property
    def slug(self) -> str:
        return self.id.rpartition("/")[2]

    @property
    def solution_path(self) -> str:
        """The path of a student's file in the solutions folder: `core/gradients_pile_up.py`."""
        return f"{self.track}/{self.slug.replace('-', '_')}.py"

    @property
    def uses_optimizer(self) -> bool:
        return bool(self.setup.optimizers)

    @property
    def torch_names(self) -> tuple[str, ...]:
        """The names whose calls the grader must see in a student's run."""
        return tuple(dict.fromkeys(each.name for each in (*self.uses, *self.forbids)))

    @property
    def freezes(self) -> bool:
        """Does it have `requires_grad` steps?"""
        return any(isinstance(step.action, RequiresGrad) for step in self.steps)

    @property
    def has_code(self) -> bool:
        """Does any of its programs have a `code` step?"""
        programs = (self.steps, *(wrong.steps for wrong in self.wrong))
        return any(isinstance(step.action, Code) for steps in programs for step in steps)
