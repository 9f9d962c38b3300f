"""A value of a trace as the report shows it: nested lists of numbers, text or None. What is too large to be shown is cut.

A cut tensor is a mapping: `cut` says how many of its numbers are shown, `shape` and `first` are its shape and its first
numbers, `furthest` is the number that is furthest from the other side's, with its index. `values.is_cut` recognises it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from grader.marking.values import Rules, difference
from grader.records.nesting import nested
from grader.records.result import showable
from grader.records.trace import ExceptionClass, Opaque, TensorValue, Value
from grader.reports.wording import notes

MOST_NUMBERS = 1_000  # of one tensor, list or mapping
MOST_IN_ROW = 4_000  # of all values of one row together
MOST_IN_RESULT = 100_000  # of all rows together
ALWAYS_SHOWN = 16  # numbers of a tensor: the mapping of a cut one would be longer
_FIRST = 8  # numbers that are shown of a tensor that is cut
_LONGEST = 10_000  # characters
_DEEPEST = 20  # levels of lists in lists

CUT = "…"


@dataclass(slots=True)
class Room:
    """How many numbers can still be shown: of each value, in this row, and in the whole result."""

    value: int = MOST_NUMBERS
    result: int = MOST_IN_RESULT
    row: int = MOST_IN_ROW

    def begin_row(self) -> None:
        self.row = MOST_IN_ROW

    def take(self, count: int) -> bool:
        """Take room for so many numbers, if there is enough."""
        if count > min(self.row, self.result):
            return False
        self.row -= count
        self.result -= count
        return True


def whole(value: Value) -> Any:
    """A value with all its numbers, to compute with."""
    return shown(value, Room(sys.maxsize, sys.maxsize, sys.maxsize))


def shown(value: Value, room: Room | None = None, furthest: Sequence[int] | None = None, depth: int = 0) -> Any:
    """A value as nested lists of numbers, text or None.

    `furthest` is the index of the number to show even if the tensor is cut.
    """
    room = room or Room()
    match value:
        case TensorValue():
            return _shown_tensor(value, room, furthest)
        case Opaque(type=text) | ExceptionClass(name=text) | str(text):
            return showable(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}{notes.cut_text(len(text))}")
        case tuple() | Mapping() if depth == _DEEPEST:
            return CUT
        case tuple():
            items = [shown(each, room, depth=depth + 1) for each in islice(value, room.value) if room.take(1)]
            return items if len(items) == len(value) else [*items, notes.cut_items(len(value))]
        case Mapping():
            pairs = islice(value.items(), room.value)
            entries = {str(name): shown(each, room, depth=depth + 1) for name, each in pairs if room.take(1)}
            return entries if len(entries) == len(value) else {**entries, CUT: notes.cut_items(len(value))}
    return showable(value)


def furthest_number(observed: Value, expected: Value, rules: Rules) -> Sequence[int] | None:
    """The index of the number that is furthest from the expected one. None if the tensors agree or are never cut."""
    if not isinstance(observed, TensorValue) or not isinstance(expected, TensorValue):
        return None
    if len(observed.data) <= ALWAYS_SHOWN or len(observed.data) != math.prod(observed.shape):
        return None
    found = difference(observed, expected, rules)
    return found.index if found is not None and found.kind == "value" else None


def _shown_tensor(value: TensorValue, room: Room, furthest: Sequence[int] | None) -> Any:
    count = len(value.data)
    size = count or math.prod(filter(None, value.shape))  # a tensor without numbers can have many empty rows
    if size <= ALWAYS_SHOWN or (size <= room.value and room.take(size)):
        return nested(value.data, value.shape)
    first = list(value.data[:_FIRST])
    cut = {"cut": notes.cut_numbers(len(first), count), "shape": list(value.shape), "first": first}
    if furthest is None:
        return cut
    flat = 0
    for size, index in zip(value.shape, furthest, strict=True):
        flat = flat * size + index
    return {**cut, "furthest": {"index": list(furthest), "value": value.data[flat]}}
