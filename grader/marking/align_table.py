"""The table that finds the best alignment of steps and calls, cell by cell from the end.

Missing steps and unexpected calls of one kind cost points together: each missing step offsets one unexpected call of its
kind. Therefore the table keeps a balance for each kind: how many more calls than steps there are. Pairing one required step
with one call that counts does not change the balance, so a cell rarely needs more than one balance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from grader.marking.align_records import KINDS, Balance, Column, JudgePair, Pair, StepRow
from grader.marking.effect import Effect
from grader.records.trace import CallKind

# A longer run of edits is not paired with a step.
LONGEST_RUN = 16

# Points (in whole parts of a point), paired steps, paired backwards, matched.
_Value: TypeAlias = tuple[int, int, int, int]
_Cell: TypeAlias = dict[Balance, _Value]

_BALANCED: Balance = (0, 0, 0, 0)
_NOTHING: _Cell = {_BALANCED: (0, 0, 0, 0)}


@dataclass(frozen=True, slots=True)
class _Option:
    """One way to pair a step: with the columns up to `end`. `balance` is the change of the balance."""

    end: int
    effect: Effect
    value: _Value
    balance: Balance


def best_pairs(
    rows: Sequence[StepRow],
    columns: Sequence[Column],
    judge: JudgePair,
    adjacent: Sequence[bool],
    surplus: Balance,
    lost_later: Sequence[Fraction] = (),
) -> tuple[Pair, ...]:
    """The best alignment. `adjacent` says for each column whether the next one follows it in the trace too.

    `surplus`: for each kind, how many more calls than required steps there are while nothing is paired. `lost_later`: for each
    column, and the end, the points that later rows lose if they begin there (default: none).
    """
    return _Table(rows, columns, judge, adjacent, surplus, lost_later).best()


class _Table:
    """The best value of the remaining steps and calls, cell by cell from the end."""

    def __init__(
        self,
        rows: Sequence[StepRow],
        columns: Sequence[Column],
        judge: JudgePair,
        adjacent: Sequence[bool],
        surplus: Balance,
        lost_later: Sequence[Fraction],
    ) -> None:
        """See `best_pairs`."""
        self.rows, self.columns, self.judge, self.adjacent, self.surplus = rows, columns, judge, adjacent, surplus
        self.whole = lcm(*(row.points.denominator for row in rows), *(lost.denominator for lost in lost_later))
        self.lost_later = lost_later
        self.points = [int(row.points * self.whole) for row in rows]
        options = [[self._options(i, j) for j in range(len(columns))] for i in range(len(rows))]
        self.fees = self._fees(options)
        self.options = [[[self._settled(option) for option in cell] for cell in row] for row in options]
        self.cells = self._fill()

    def best(self) -> tuple[Pair, ...]:
        """The best alignment."""
        totals = {balance: self._total(balance, value) for balance, value in self.cells[0][0].items()}
        top = max(totals.values())
        wanted = {balance: self.cells[0][0][balance] for balance, total in totals.items() if total == top}
        pairs, j = [], 0
        for i in range(len(self.rows)):
            place, option, wanted = self._earliest(i, j, wanted)
            if option is not None:
                pairs.append(Pair(i, place, option.end, option.effect))
                j = option.end
        return tuple(pairs)

    def _total(self, balance: Balance, value: _Value) -> _Value:
        cost = sum(max(0, more + moved) for more, moved, fee in zip(self.surplus, balance, self.fees, strict=True) if fee is None)
        return (value[0] - cost * self.whole, *value[1:])

    def _fees(self, options: Sequence[Sequence[Sequence[_Option]]]) -> tuple[int | None, ...]:
        """For each kind, the cost of one more call: 1 or 0 where that is certain, None where it depends on the pairs."""
        fees: list[int | None] = []
        for kind, surplus in enumerate(self.surplus):
            moves = [[option.balance[kind] for cell in row for option in cell] for row in options]
            least = surplus + sum(min(0, *row) for row in moves if row)
            most = surplus + sum(max(0, *row) for row in moves if row)
            fees.append(1 if least >= 0 else 0 if most <= 0 else None)
        return tuple(fees)

    def _settled(self, option: _Option) -> _Option:
        """The option with the certain costs of its balance subtracted from its value, so that fewer balances are kept."""
        if not any(option.balance):
            return option
        due, left = 0, []
        for fee, moved in zip(self.fees, option.balance, strict=True):
            left.append(moved if fee is None else 0)
            due += fee * moved if fee else 0
        value = (option.value[0] - due * self.whole, *option.value[1:])
        return _Option(option.end, option.effect, value, (left[0], left[1], left[2], left[3]))

    def _fill(self) -> list[list[_Cell]]:
        width = len(self.columns)
        cells: list[list[_Cell]] = [[_NOTHING] * (width + 1) for _ in range(len(self.rows) + 1)]
        for j, lost in enumerate(self.lost_later):
            cells[-1][j] = {_BALANCED: (-int(lost * self.whole), 0, 0, 0)}
        for i in reversed(range(len(self.rows))):
            for j in reversed(range(width + 1)):
                cells[i][j] = self._cell(cells, i, j)
        return cells

    def _cell(self, cells: list[list[_Cell]], i: int, j: int) -> _Cell:
        cell = dict(cells[i + 1][j])
        if j == len(self.columns):
            return cell
        _improve(cell, cells[i][j + 1].items())
        for option in self.options[i][j]:
            after = cells[i + 1][option.end].items()
            if option.balance == _BALANCED:
                _improve(cell, [(balance, _add(value, option.value)) for balance, value in after])
            else:
                _improve(cell, [(_add(balance, option.balance), _add(value, option.value)) for balance, value in after])
        return cell

    def _options(self, i: int, j: int) -> list[_Option]:
        row = self.rows[i]
        if self.columns[j].kind != row.kind:
            return []
        return [self._option(i, j, end) for end in self._ends(j)]

    def _ends(self, j: int) -> range:
        """Where a pair that starts with column j may end: after it, or after any part of the run that starts there."""
        end = j + 1
        if self.columns[j].runs:
            while end < len(self.columns) and end - j < LONGEST_RUN and self._continues(end):
                end += 1
        return range(j + 1, end + 1)

    def _continues(self, place: int) -> bool:
        before, here = self.columns[place - 1], self.columns[place]
        return self.adjacent[place - 1] and here.runs and here.kind == before.kind

    def _option(self, i: int, j: int, end: int) -> _Option:
        row, effect = self.rows[i], self.judge(i, j, end)
        earned = 0 if effect == "wrong" else self.points[i]
        matched = row.steps if effect == "matched" else 0
        moved = row.required - sum([not column.free for column in self.columns[j:end]])
        value = (earned, row.steps, row.steps if row.kind == "backward" else 0, matched)
        return _Option(end, effect, value, _balance(row.kind, moved) if moved else _BALANCED)

    def _earliest(self, i: int, j: int, wanted: _Cell) -> tuple[int, _Option | None, _Cell]:
        """The first call, from column j on, with which row i still reaches one of the wanted values."""
        for place in range(j, len(self.columns)):
            for option in self.options[i][place]:
                rest = self.cells[i + 1][option.end]
                left = {_minus(b, option.balance): _minus(v, option.value) for b, v in wanted.items()}
                if reached := {b: v for b, v in left.items() if rest.get(b) == v}:
                    return place, option, reached
        rest = self.cells[i + 1][j]
        return j, None, {balance: value for balance, value in wanted.items() if rest.get(balance) == value}


def _balance(kind: CallKind, moved: int) -> Balance:
    backward, zero, edit, update = (moved if each == kind else 0 for each in KINDS)
    return backward, zero, edit, update


def _improve(cell: _Cell, others: Iterable[tuple[Balance, _Value]]) -> None:
    for balance, value in others:
        known = cell.get(balance)
        if known is None or value > known:
            cell[balance] = value


def _add(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


def _minus(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return one[0] - other[0], one[1] - other[1], one[2] - other[2], one[3] - other[3]
