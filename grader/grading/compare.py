"""The observed calls of all cases beside the expected ones: one alignment for all cases with the same sequence of kinds.

Cases whose kinds come in another order than in the visible case (the student's function takes another path) are aligned
alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from grader.grading.align import Column, Pair, align, penalty
from grader.grading.asked import Asked
from grader.grading.effect import Standing, judge, run_of
from grader.grading.normal import Unit, observed_units
from grader.records.trace import Question, State, Trace

_WORST: Mapping[Standing, int] = {"matched": 0, "carried": 1, "wrong": 2}


@dataclass(slots=True)
class Answers:
    """What the reference said to questions. If it `collects`, it notes what would have to be asked."""

    known: Mapping[Question, State] = field(default_factory=dict)
    collects: bool = False
    noted: dict[tuple[int, int, int], tuple[int, Question]] = field(default_factory=dict)

    def ask(self, case: int, distance: int, step: int, before: State) -> State | None:
        """`distance` says how far the call is from the step's place in the order."""
        question = Question(case, step, before)
        if not self.collects:
            return self.known.get(question)
        key = (case, step, id(before))
        if key not in self.noted or distance < self.noted[key][0]:
            self.noted[key] = (distance, question)
        return None

    def asked(self) -> list[Question]:
        """The questions noted, those first whose call is nearest to the step's place: these are the likeliest pairs."""
        nearest = sorted(self.noted.values(), key=lambda noted: (noted[0], noted[1].case, noted[1].step))
        return [question for _, question in nearest]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One alignment. `cases` are aligned together; `steps` and `calls` have the units of each, `pairs` holds for all.

    `idle` are steps (by index) that change nothing in these cases, so that nobody can see whether they were called.
    """

    cases: tuple[int, ...]
    steps: tuple[tuple[Unit, ...], ...]
    calls: tuple[tuple[Unit, ...], ...]
    pairs: tuple[Pair, ...]
    standings: tuple[tuple[Standing, ...], ...]
    unexpected: tuple[int, ...]
    penalty: int
    idle: frozenset[int] = frozenset()


def compare(asked: Asked, observed: Sequence[Trace], answers: Answers) -> tuple[Comparison, ...]:
    """Align every case; the first comparison has the visible case first."""
    units = [observed_units(trace.before, trace.calls, steps) for steps, trace in zip(asked.units, observed, strict=False)]
    kinds = [(asked.kinds[case], tuple(unit.kind for unit in calls)) for case, calls in enumerate(units)]
    groups: dict[object, list[int]] = {}
    for case, each in enumerate(kinds):
        groups.setdefault("visible" if each == kinds[0] else case, []).append(case)
    return tuple(_compare(asked, tuple(cases), units, answers) for cases in groups.values())


def worst(standings: Sequence[Standing]) -> Standing:
    """The worst of the standings of one pair in several cases."""
    return max(standings, key=_WORST.__getitem__)


def _compare(asked: Asked, cases: tuple[int, ...], units: Sequence[tuple[Unit, ...]], answers: Answers) -> Comparison:
    steps, calls = tuple(asked.units[case] for case in cases), tuple(units[case] for case in cases)

    def standing(place: int, i: int, start: int, end: int) -> Standing:
        ask = partial(answers.ask, cases[place], abs(i - start))
        unit = steps[place][i]
        return judge(unit, run_of(calls[place][start:end]), asked.rules, asked.exercise.steps[unit.members[-1]].raises, ask)

    def standings(pair: Pair) -> tuple[Standing, ...]:
        if pair.standing == "matched":  # the worst of them
            return tuple(pair.standing for _ in cases)
        return tuple(standing(place, pair.step, pair.start, pair.end) for place in range(len(cases)))

    def lowest(i: int, start: int, end: int) -> Standing:
        found: Standing = "matched"
        for place in range(len(cases)):
            found = worst((found, standing(place, i, start, end)))
            if found == "wrong" and not answers.collects:
                break
        return found

    idle = frozenset.intersection(*(asked.idle[case] for case in cases))
    rows = asked.rows(cases[0], idle)
    columns = [_column([case_calls[place] for case_calls in calls]) for place in range(len(calls[0]))]
    pairs = align(rows, columns, lowest)
    paired = {place for pair in pairs for place in range(pair.start, pair.end)}
    return Comparison(
        cases,
        steps,
        calls,
        pairs,
        tuple(standings(pair) for pair in pairs),
        tuple(place for place, column in enumerate(columns) if place not in paired and not column.free),
        penalty(rows, columns, pairs),
        idle,
    )


def _column(units: Sequence[Unit]) -> Column:
    """One call in all cases of a comparison: it is free if it changed nothing in any of them."""
    is_step = units[0].is_step
    free = not is_step and not any(unit.changed for unit in units)
    return Column(units[0].kind, free, units[0].kind in ("edit", "update") and not is_step and units[0].raised is None)
