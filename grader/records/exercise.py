"""An exercise as the grader lives with it: every default resolved, every loop unrolled, every expression parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.errors import SourceLocation
from grader.expressions import Expr

Kind: TypeAlias = Literal["write", "fix", "predict"]
Verb: TypeAlias = Literal["backward", "zero", "step", "clip", "set", "requires_grad", "let", "retain_grad", "code", "look"]

# The verbs that a student's run shows as calls; only these are graded and earn points.
CALL_VERBS: frozenset[Verb] = frozenset({"backward", "zero", "step", "clip", "set"})

# A value as the file writes it: a number, None, or nested lists of numbers.
WrittenValue: TypeAlias = "float | int | tuple[WrittenValue, ...] | None"


@dataclass(frozen=True, slots=True)
class Backward:
    """`of`: one loss, or several for one call of torch.autograd.backward. `gradient`: one per loss, or none."""

    of: tuple[Expr, ...]
    gradient: tuple[Expr, ...] = ()
    retain_graph: bool = False
    create_graph: bool = False
    inputs: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Zero:
    """`of`: tensors, modules, optimizers. `set_to_none` None means what PyTorch does by default."""

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
    """In place, under no_grad; a target is a leaf, a parameter or a `.grad`. All values are read before any is written."""

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
    """A step without a verb: it only looks."""


Action: TypeAlias = Backward | Zero | OptimizerStep | Clip | Set | RequiresGrad | Let | RetainGrad | Code | Look


@dataclass(frozen=True, slots=True)
class Expectation:
    """The author's promise that `expression` has this value after the step.

    `digits` is how many decimals the author wrote at most (`-1.3333` has 4); 0 for whole numbers and None. Where the
    file asks without promising anything `is_promised` is false, and `value` means nothing.
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

    `number` is the step's number as written (what `instead` counts), `text` the step as its author wrote it,
    `loop` the passes it stands in, outermost first: (("X, y", 0),) is the first pass. `is_recorded`: a diagnosis made
    the step; it only repeats the effect of a student's call.
    """

    verb: Verb
    action: Action
    number: int
    text: str
    expect: tuple[Expectation, ...] = ()
    raises: str | None = None
    optional: bool = False
    points: float = 1.0
    note: str = ""
    loop: tuple[tuple[str, int], ...] = ()
    is_recorded: bool = False
    where: SourceLocation | None = field(default=None, compare=False)

    @property
    def is_call(self) -> bool:
        """Does the student's run show this step as a call?"""
        return self.verb in CALL_VERBS


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A leaf or a parameter. `value` is nested tuples of numbers, or a tie: the dotted name of another parameter."""

    value: WrittenValue | str
    dtype: str = "float32"
    redraw: tuple[float, float] | bool = True
    where: SourceLocation | None = field(default=None, compare=False)

    @property
    def tied_to(self) -> str | None:
        return self.value if isinstance(self.value, str) else None


@dataclass(frozen=True, slots=True)
class Data:
    """A number, a tensor (nested tuples), or a Python list of what `names` name."""

    value: WrittenValue = None
    dtype: str | None = None
    names: DataNames | None = None


DataNames: TypeAlias = "tuple[str | DataNames, ...]"


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that exists before the first step, in the order declared; `where` has the place of each declaration."""

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
    """Wall-clock seconds per case, and memory beyond what an idle worker has."""

    seconds: float = 5.0
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake the author wants named: the whole wrong program, unrolled."""

    name: str
    misconception: str
    steps: tuple[Step, ...]
    where: SourceLocation | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Invisible:
    operator: str
    because: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """`id` is `<track>/<slug>`, the slug being the file's own `id`. `returns` is one expression, or several for a list."""

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
    returns_where: SourceLocation | None = field(default=None, compare=False)
    none_is_zero: bool = False
    tolerance: Tolerance = Tolerance()
    hidden: int = 2
    limits: Limits = Limits()
    points: float | None = None
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
        """Where a student's file belongs, below the folder of solutions: `core/gradients_pile_up.py`."""
        return f"{self.track}/{self.slug.replace('-', '_')}.py"

    @property
    def uses_optimizer(self) -> bool:
        return bool(self.setup.optimizers)

    @property
    def has_code(self) -> bool:
        """Does any of its programs run Python of the author's?"""
        programs = (self.steps, *(wrong.steps for wrong in self.wrong))
        return any(isinstance(step.action, Code) for steps in programs for step in steps)
