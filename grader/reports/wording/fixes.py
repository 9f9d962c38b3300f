"""What to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from grader.reports.wording.places import Cells, line_name, on_line

# The lines before and after something, and whether they run more often than it belongs there.
LinesAroundOnce: TypeAlias = tuple[int | None, int | None, bool]


def put_in(step: str, gap: LinesAroundOnce, cells: Cells = ()) -> str:
    return f"put `{step}` {_between(gap, cells)}"


def take_out(what: str, line: int, called_from: int | None = None, cells: Cells = ()) -> str:
    called = "" if called_from is None else f", called from {line_name(called_from, cells)}"
    return f"take out the {what} {on_line(line, cells)}{called}"


def move(step: str, line: int | None, gap: LinesAroundOnce, cells: Cells = ()) -> str:
    """Something right that stands in the wrong place."""
    start = f" from {line_name(line, cells)}" if line is not None else ""
    return f"move `{step}`{start} to {_between(gap, cells).removeprefix('at ')}"


def use_loss(losses: Sequence[str], line: int | None, cells: Cells = ()) -> str:
    """Several losses on one line are those of the passes of a loop."""
    wanted = ", then ".join(f"`{loss}`" for loss in losses)
    return f"make the loss {on_line(line, cells)} {wanted}" if line is not None else f"make the loss {wanted}"


def apart(losses: Sequence[str]) -> str:
    """Losses that had one backward of their sum; those of a loop have one text."""
    if len(losses) == 1:
        return f"call `backward()` on `{losses[0]}` in every pass of the loop, not once on the sum"
    return f"call `backward()` on {_one_by_one(losses)}, not once on their sum"


def not_by_hand(losses: Sequence[str]) -> str:
    """Gradients that were assigned."""
    return f"call `backward()` on {_one_by_one(losses)}, instead of assigning `.grad`"


def _one_by_one(losses: Sequence[str]) -> str:
    return ", then on ".join(f"`{loss}`" for loss in losses)


def use_given() -> str:
    """A loss of a tensor that the function made itself."""
    return "make the losses of the tensors that the function was given, not of new ones"


def in_place(code: str) -> str:
    """A name that got another tensor."""
    return f"write `{code}` where a new tensor is made"


def last_too(names: str) -> str:
    """`names` are the variables of a loop."""
    return f"let the loop run for the last `{names}` too"


def in_one(loss: str) -> str:
    """A loss that had a backward for each of its parts."""
    return f"call `backward()` once, on `{loss}`, not on its parts"


def in_every_pass(code: str, names: str) -> str:
    """`names` are the variables of a loop."""
    return f"call `{code}` for every `{names}`"


def let_through(names: Sequence[str], at: int | str | None, cells: Cells = ()) -> str:
    """A path that is cut, whatever cut it; `at` is the line of the loss, or the name of what is made on the way to it."""
    to = f" to {' and '.join(f'`{name}`' for name in names)}" if names else ""
    where = "" if at is None else f" in `{at}`" if isinstance(at, str) else f" in the loss of {line_name(at, cells)}"
    return f"let gradient through{to}{where}: look for `detach()`, `item()`, `torch.no_grad()` and `requires_grad_(False)`"


def write(step: str, line: int | None, cells: Cells = ()) -> str:
    return f"write `{step}` {on_line(line, cells)}" if line is not None else f"write `{step}`"


def unpack() -> str:
    """Something returned in a tuple or a list of its own."""
    return "put `[0]` behind what is returned"


def _between(gap: LinesAroundOnce, cells: Cells) -> str:
    """A place in the program; where the lines run more than once and it is meant once, which run is meant."""
    before, after, once = gap
    first, last = ("" if line is None else line_name(line, cells) for line in (before, after))
    if before is not None and after is not None:
        if before < after:
            return f"between {first} and {last}" + (", but not every time" if once else "")
        return f"between {first} and the next run of {last}"
    if before is not None:
        return f"{'at the end, ' if once else ''}after {first}"
    if after is not None:
        return f"before the first run of {last}" if once else f"before {last}"
    return "into the function"


def fix(text: str) -> str:
    """What to change, once it is proven that it would help."""
    return f"To mend it: {text.rstrip('.')}."
