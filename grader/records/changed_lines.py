"""What differs between two texts, in lines. Only the lines between the first and the last change are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_LINES = 2_000  # between the first and the last change: more is not a fix, and takes long to compare


@dataclass(frozen=True, slots=True)
class ChangedLines:
    """The lines `old`, the first of which is `line` (from 1), became `new`."""

    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def changed_lines(old: Sequence[str], new: Sequence[str]) -> tuple[ChangedLines, ...]:
    """In the order of the lines; one change for everything in between if that is too much to compare."""
    first = _equal_at_start(old, new)
    last = _equal_at_start(old[first:][::-1], new[first:][::-1])
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    if len(before) + len(after) > MOST_LINES:
        return (ChangedLines(first + 1, tuple(before), tuple(after)),)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        ChangedLines(first + i + 1, tuple(before[i:j]), tuple(after[k:m]))
        for what, i, j, k, m in matcher.get_opcodes()
        if what != "equal"
    )


def _equal_at_start(one: Sequence[str], other: Sequence[str]) -> int:
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
