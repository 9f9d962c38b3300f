"""What a student must change in the file, before it is worded. `code` is Python in the names of the exercise file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class InsertionLines:
    """Between two lines; None if nothing comes before, or after. `once`: they run more than once, the code belongs there once."""

    before: int | None
    after: int | None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Write `code` on a line, in place of something else; without a line, wherever it belongs."""

    code: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Insert:
    code: str
    between: InsertionLines


@dataclass(frozen=True, slots=True)
class InsertInLoop:
    """Call `code` in every pass of the loop over these variables."""

    code: str
    variables: str


@dataclass(frozen=True, slots=True)
class Move:
    code: str
    line: int | None
    to: InsertionLines


@dataclass(frozen=True, slots=True)
class Remove:
    """`what` is on the line; of a step() `optimizer` is the name of its optimizer."""

    what: Literal["reset", "backward", "step", "clip", "assignment", "change"]
    line: int
    called_from: int | None = None
    optimizer: str = ""


@dataclass(frozen=True, slots=True)
class UseLosses:
    """Make these losses on a line, one after another if it is in a loop."""

    losses: tuple[str, ...]
    line: int | None


@dataclass(frozen=True, slots=True)
class SeparateBackwards:
    """Call backward on each loss, not once on the sum. A single loss is that of every pass of a loop."""

    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneBackward:
    """Call backward once on the whole loss, not on its parts."""

    loss: str


@dataclass(frozen=True, slots=True)
class BackwardNotAssignment:
    """Call backward on these losses instead of assigning `.grad`."""

    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UpdateInPlace:
    """Run `code` where a new tensor is made."""

    code: str


@dataclass(frozen=True, slots=True)
class RunLastPass:
    """Run the loop over these variables for the last of them too."""

    variables: str


@dataclass(frozen=True, slots=True)
class LetGradientThrough:
    """Remove what cuts the path to `names`; `at` is the line of the loss, or the name of a tensor on the way to it."""

    names: tuple[str, ...]
    at: int | str | None


@dataclass(frozen=True, slots=True)
class UseGivenTensors:
    """Make the losses of the function's parameters, not of new tensors."""


@dataclass(frozen=True, slots=True)
class Unpack:
    """Return the only item of the returned tuple or list."""


Fix: TypeAlias = (
    Write
    | Insert
    | InsertInLoop
    | Move
    | Remove
    | UseLosses
    | SeparateBackwards
    | OneBackward
    | BackwardNotAssignment
    | UpdateInPlace
    | RunLastPass
    | LetGradientThrough
    | UseGivenTensors
    | Unpack
)
