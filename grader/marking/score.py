"""From alignments to a score: the status of every step, the points, and whether everything was right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.marking.compare import Comparison
from grader.marking.points import exact
from grader.records.grade import GradeRow
from grader.records.result import Status

RIGHT: frozenset[Status] = frozenset({"matched", "carried"})
FAULTLESS: frozenset[Status] = frozenset({"matched", "skipped"})

_BADNESS: Mapping[Status, int] = {"matched": 0, "skipped": 1, "carried": 2, "wrong": 3, "missing": 4, "unexpected": 5}


@dataclass(frozen=True, slots=True)
class Score:
    """Points before the exercise's own scale. `full` are all points; `faultless` means that nothing at all is wrong."""

    earned: Fraction
    full: Fraction
    faultless: bool

    @property
    def points(self) -> Fraction:
        """Never below zero. A score that is not faultless loses at least one point."""
        if self.faultless:
            return self.full
        return min(max(Fraction(0), self.earned), without_a_point(self.full))


def without_a_point(full: Fraction) -> Fraction:
    """The most points of a score that is not faultless."""
    return max(Fraction(0), full - 1)


def statuses(comparisons: Sequence[Comparison], optional: frozenset[int]) -> dict[int, tuple[Status, ...]]:
    """For each step that is a call, by index: its status in the visible case, then in every other case."""
    found: dict[int, list[Status]] = {}
    for comparison in comparisons:
        pairs = {pair.step: number for number, pair in enumerate(comparison.pairs)}
        for place, group in enumerate(comparison.steps[0]):
            for index in group.members:
                found.setdefault(index, []).extend(_statuses_in_cases(comparison, pairs.get(place), index, index in optional))
    return {index: tuple(each) for index, each in found.items()}


def worst_status(found: Sequence[Status]) -> Status:
    """The status of a step that has different statuses in different cases."""
    return max(found, key=_BADNESS.__getitem__)


def is_right_only_visibly(found: Sequence[Status]) -> bool:
    """Right on the numbers in the file, but wrong on others?"""
    good = RIGHT | FAULTLESS
    return found[0] in good and any(status not in good for status in found[1:])


def largest_penalty(comparisons: Sequence[Comparison]) -> int:
    """The points that unexpected calls cost, in the case where they cost most."""
    return max((comparison.penalty for comparison in comparisons), default=0)


def total_score(rows: Sequence[GradeRow], full: Fraction, cost: int, *, ended: bool) -> Score:
    """The sum of the rows. `ended` says that every case ended as the steps expect."""
    if ended and all(row.status in FAULTLESS for row in rows):
        return Score(full, full, faultless=True)
    return Score(sum((exact(row.points) for row in rows), Fraction(0)) - cost, full, faultless=False)


def _statuses_in_cases(comparison: Comparison, pair: int | None, index: int, is_optional: bool) -> Iterator[Status]:
    for place in range(len(comparison.cases)):
        if pair is None and is_optional:
            yield "skipped"
        elif pair is None:
            yield "matched" if index in comparison.idle else "missing"
        else:
            yield comparison.effects[pair][place]
