"""Aligns long traces at a cost that grows with their length, not with steps times calls.

Equal steps and calls are paired as long as they match. What follows is aligned in windows, each with the exact table, and
the first half of a window is kept. When the next pass of a loop has the same calls from the same lines and every pair has
the same effect as in the pass before, it is aligned as that one was, without a table.
The result depends on the steps and calls alone. A better alignment may exist if steps and calls that belong together are
further apart than a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from grader.marking.align_records import KINDS, Balance, Column, JudgePair, Pair, StepRow
from grader.marking.align_table import best_pairs
from grader.marking.effect import Effect

WINDOW_ROWS = 16
WINDOW_COLUMNS = 40
# Where a window finds hardly anything right, a larger one looks further: so many times, because it costs ten times as much.
LARGE_ROWS = 64
LARGE_COLUMNS = 120
LARGE_WINDOWS = 16


def align_long(
    rows: Sequence[StepRow], columns: Sequence[Column], judge: JudgePair, adjacent: Sequence[bool], surplus: Balance
) -> tuple[Pair, ...]:
    """A good alignment, the best one within each window. See `align_table.best_pairs` for the arguments."""
    return _LongAlignment(rows, columns, judge, adjacent, surplus).pairs()


class _LongAlignment:
    """Goes through rows and columns once. `_row` and `_column` are the first that are not aligned yet."""

    def __init__(
        self, rows: Sequence[StepRow], columns: Sequence[Column], judge: JudgePair, adjacent: Sequence[bool], surplus: Balance
    ) -> None:
        self._rows, self._columns, self._judge, self._adjacent, self._surplus = rows, columns, judge, adjacent, surplus
        self._row = self._column = 0
        self._pair_of_row: list[Pair | None] = []
        self._begins: list[int] = []  # for each aligned row, the first column that was not aligned when its turn came
        self._last_row: dict[object, int] = {}
        self._known: dict[tuple[int, int, int], Effect] = {}
        self._large_windows = LARGE_WINDOWS
        self._points_from = _points_from(rows)
        self._calls_from = _calls_from(columns)

    def pairs(self) -> tuple[Pair, ...]:
        while self._row < len(self._rows) and self._column < len(self._columns):
            if not self._matches_at_once() and not self._repeats_a_pass():
                self._align_window()
        return tuple(pair for pair in self._pair_of_row if pair is not None)

    def _matches_at_once(self) -> bool:
        if self._rows[self._row].kind != self._columns[self._column].kind:
            return False
        if self._effect(self._row, self._column, self._column + 1) != "matched":
            return False
        self._take(Pair(self._row, self._column, self._column + 1, "matched"))
        return True

    def _repeats_a_pass(self) -> bool:
        """Align the next pass of a loop as the pass before it, if everything in it is the same."""
        before = self._last_row.get(self._rows[self._row].written)
        if before is None:
            return False
        ahead, shift = self._row - before, self._column - self._begins[before]
        if shift == 0 or not self._is_same_pass(before, ahead, shift):
            return False
        pairs = [self._shifted(self._pair_of_row[row], ahead, shift) for row in range(before, self._row)]
        if all(pair is None or pair.effect == "wrong" for pair in pairs):
            return False
        if any(pair is not None and self._effect(pair.step, pair.start, pair.end) != pair.effect for pair in pairs):
            return False
        begins = [begin + shift for begin in self._begins[before : self._row]]
        for pair, begin in zip(pairs, begins, strict=True):
            self._column = begin
            self._take(pair)
        self._column = begins[0] + shift
        return True

    def _is_same_pass(self, before: int, ahead: int, shift: int) -> bool:
        rows, columns = self._rows, self._columns
        first = self._begins[before]
        return (
            self._row + ahead <= len(rows)
            and self._column + shift <= len(columns)
            and all(_is_same_row(rows[row], rows[row + ahead]) for row in range(before, self._row))
            and columns[first : self._column] == columns[self._column : self._column + shift]
            and self._adjacent[first : self._column - 1] == self._adjacent[self._column : self._column + shift - 1]
        )

    def _shifted(self, pair: Pair | None, ahead: int, shift: int) -> Pair | None:
        return pair and Pair(pair.step + ahead, pair.start + shift, pair.end + shift, pair.effect)

    def _align_window(self) -> None:
        pairs, kept = self._window(WINDOW_ROWS, WINDOW_COLUMNS)
        if self._large_windows and 4 * sum(pair.effect != "wrong" for pair in pairs) < kept:
            self._large_windows -= 1
            pairs, kept = self._window(LARGE_ROWS, LARGE_COLUMNS)
        by_row = {pair.step: pair for pair in pairs}
        for row in range(self._row, self._row + kept):
            self._take(by_row.get(row))
        self._known = {place: effect for place, effect in self._known.items() if place[0] >= self._row}

    def _window(self, most_rows: int, most_columns: int) -> tuple[list[Pair], int]:
        """The pairs of the rows that are kept, and how many rows these are: half of the window, or all if it is the last."""
        row, column = self._row, self._column
        rows, columns = self._rows[row : row + most_rows], self._columns[column : column + most_columns]
        is_last = row + most_rows >= len(self._rows) and column + most_columns >= len(self._columns)
        kept = len(rows) if is_last else max(1, min(len(rows), most_rows // 2))
        found = best_pairs(
            rows,
            columns,
            lambda i, start, end: self._effect(row + i, column + start, column + end),
            self._adjacent[column : column + most_columns],
            self._surplus,
            [self._lost_later(row + len(rows), column + place) for place in range(len(columns) + 1)],
        )
        return [
            Pair(row + pair.step, column + pair.start, column + pair.end, pair.effect) for pair in found if pair.step < kept
        ], kept

    def _lost_later(self, row: int, column: int) -> Fraction:
        """The points that the rows from `row` on lose if only the calls from `column` on are left: some kinds may be too few."""
        lost = Fraction(0)
        for (count, points), calls in zip(self._points_from[row], self._calls_from[column], strict=True):
            if count > calls:
                lost += points * (count - calls) / count
        return lost

    def _effect(self, row: int, start: int, end: int) -> Effect:
        place = (row, start, end)
        if place not in self._known:
            self._known[place] = self._judge(*place)
        return self._known[place]

    def _take(self, pair: Pair | None) -> None:
        """Align the next row with these columns, or with none."""
        self._pair_of_row.append(pair)
        self._begins.append(self._column)
        if (written := self._rows[self._row].written) is not None:
            self._last_row[written] = self._row
        self._row += 1
        if pair is not None:
            self._column = pair.end


def _points_from(rows: Sequence[StepRow]) -> list[list[tuple[int, Fraction]]]:
    """For each row, and the end: how many rows with points of each kind come from there on, and these points."""
    found = [[(0, Fraction(0)) for _ in KINDS]]
    for row in reversed(rows):
        found.append(
            [
                (count + 1, points + row.points) if kind == row.kind and row.points else (count, points)
                for kind, (count, points) in zip(KINDS, found[-1], strict=True)
            ]
        )
    return found[::-1]


def _calls_from(columns: Sequence[Column]) -> list[list[int]]:
    """For each column, and the end: how many calls of each kind come from there on."""
    found = [[0 for _ in KINDS]]
    for column in reversed(columns):
        found.append([count + (kind == column.kind) for kind, count in zip(KINDS, found[-1], strict=True)])
    return found[::-1]


def _is_same_row(one: StepRow, other: StepRow) -> bool:
    return one.written == other.written and one.written is not None and one == other
