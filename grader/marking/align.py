"""Pairs calls with steps: of all monotone alignments, the one with the most points.

Among alignments with equal points the order is: most paired steps, most paired backwards, most matched, earliest calls.
Step and call of a pair have the same kind. A run of edits, or of in-place updates, may be paired with one step. In a long
trace the search is exact only within windows (see `align_long`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from grader.marking.align_long import align_long
from grader.marking.align_records import KINDS, Balance, Column, JudgePair, Pair, StepRow
from grader.marking.align_table import best_pairs

# Up to so many steps times calls the alignment is exact.
EXACT_CELLS = 8_000
# At most so many calls are aligned, or so many for each step: a trace with more calls has lost all points anyway.
MOST_CALLS = 120
CALLS_PER_STEP = 3


def align(rows: Sequence[StepRow], columns: Sequence[Column], judge: JudgePair) -> tuple[Pair, ...]:
    """The best alignment. `judge(i, start, end)` gives the effect of the columns from start to end on row i, of the same kind."""
    if (perfect := _perfect(rows, columns, judge)) is not None:
        return perfect
    kept = candidates(columns, len(rows))
    kept_columns = [columns[place] for place in kept]
    surplus = _surplus(rows, columns)
    find = best_pairs if len(rows) * len(kept) <= EXACT_CELLS else align_long
    pairs = find(rows, kept_columns, lambda i, start, end: judge(i, kept[start], kept[end - 1] + 1), _adjacent(kept), surplus)
    return tuple(Pair(pair.step, kept[pair.start], kept[pair.end - 1] + 1, pair.effect) for pair in pairs)


def is_long(rows: int, columns: Sequence[Column]) -> bool:
    """Are so many steps and calls aligned that the result is exact only within windows?"""
    return rows * len(candidates(columns, rows)) > EXACT_CELLS


def unexpected_penalty(rows: Sequence[StepRow], columns: Sequence[Column], pairs: Sequence[Pair]) -> int:
    """The points that unexpected calls cost. Each missing step offsets one unexpected call of its kind."""
    paired_rows = {pair.step for pair in pairs}
    paired_columns = {place for pair in pairs for place in range(pair.start, pair.end)}
    left_rows = [row for place, row in enumerate(rows) if place not in paired_rows]
    left_columns = [column for place, column in enumerate(columns) if place not in paired_columns]
    return sum(max(0, more) for more in _surplus(left_rows, left_columns))


def candidates(columns: Sequence[Column], steps: int) -> list[int]:
    """The columns that are aligned: all, or in a very long trace the first of those that are not free."""
    most = max(MOST_CALLS, CALLS_PER_STEP * steps)
    if len(columns) <= most:
        return list(range(len(columns)))
    return [place for place, column in enumerate(columns) if not column.free][:most]


def _perfect(rows: Sequence[StepRow], columns: Sequence[Column], judge: JudgePair) -> tuple[Pair, ...] | None:
    """The alignment of a program that matches one to one: nothing can be better, and no table is needed."""
    if len(rows) != len(columns) or any(row.kind != column.kind for row, column in zip(rows, columns, strict=True)):
        return None
    if any(judge(place, place, place + 1) != "matched" for place in range(len(rows))):
        return None
    return tuple(Pair(place, place, place + 1, "matched") for place in range(len(rows)))


def _adjacent(kept: Sequence[int]) -> list[bool]:
    """For each kept column: is the next kept column also the next of all columns?"""
    return [here + 1 == after for here, after in pairwise(kept)] + [False]


def _surplus(rows: Sequence[StepRow], columns: Sequence[Column]) -> Balance:
    """For each kind, how many more calls than required steps there are."""
    backward, zero, edit, update = (
        sum(column.kind == kind and not column.free for column in columns) - sum(row.required for row in rows if row.kind == kind)
        for kind in KINDS
    )
    return backward, zero, edit, update
