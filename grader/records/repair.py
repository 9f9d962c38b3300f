"""Edits of a student's own file that may fix it, and the one that was run and passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceEdit:
    """Lines `first` to `last` (from 1) are replaced by `lines`. If `last` is `first - 1`, these are put before line `first`."""

    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FixCandidate:
    """Edits that belong together, in the order of the file. They may fix a file, and nobody knows it before they are run.

    `rule` made them. `causes`: the misconceptions that they undo, the likeliest first. `why`: the key of the sentence that
    explains them.
    """

    rule: str
    causes: tuple[str, ...]
    edits: tuple[SourceEdit, ...]
    why: str = ""

    @property
    def size(self) -> int:
        """How many lines it writes or removes."""
        return sum(max(len(edit.lines), edit.last - edit.first + 1) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Repair:
    """Candidates, each for the text that the one before it left, which together make the file pass. `text` is the result."""

    text: str
    steps: tuple[FixCandidate, ...]


def edited(text: str, edits: Sequence[SourceEdit]) -> str:
    """The text with these edits, none of which overlap. Lines end with `\\n`, as in every text of a solution."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda each: (each.first, each.last), reverse=True):
        lines[edit.first - 1 : edit.last] = edit.lines
    return "\n".join(lines)


def line_count(text: str) -> int:
    """How many lines a text has, an empty last one included."""
    return text.count("\n") + 1


def line_before(edits: Sequence[SourceEdit], line: int) -> int:
    """The line that a line of the edited text was before, or that it was put beside."""
    for edit in sorted(edits, key=lambda each: (each.first, each.last)):
        if line < edit.first:
            return line
        if line < edit.first + len(edit.lines):
            return min(line, max(edit.last, 1))
        line -= len(edit.lines) - (edit.last - edit.first + 1)
    return line
