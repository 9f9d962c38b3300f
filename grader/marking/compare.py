"""The observed calls of all cases beside the expected ones: one alignment for all cases with the same sequence of kinds.

Cases whose kinds come in another order than in the visible case (the student's function takes another path) are aligned
alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from grader.marking.align import Column, Pair, align, penalty
from grader.marking.call_groups import CallGroup, observed_units
from grader.marking.effect import Effect, judge, run_of
from grader.marking.expected_runs import ExpectedRuns
from grader.records.trace import ReplayRequest, State, Trace

_WORST: Mapping[Effect, int] = {"matched": 0, "carried": 1, "wrong": 2}


@dataclass(slots=True)
class Replays:
    """What the reference said to questions. If it `collects`, it notes what would have to be asked."""

    known: Mapping[ReplayRequest, State] = field(default_factory=dict)
    collects: bool = False
    noted: dict[tuple[int, int, int], tuple[int, ReplayRequest]] = field(default_factory=dict)

    def ask(self, case: int, distance: int, step: int, before: State) -> State | None:
        """`distance` says how far the call is from the step's place in the order."""
        question = ReplayRequest(case, step, before)
        if not self.collects:
            return self.known.get(question)
        key = (case, step, id(before))
        if key not in self.noted or distance < self.noted[key][0]:
            self.noted[key] = (distance, question)
        return None

    def asked(self) -> list[ReplayRequest]:
        """The questions noted, those first whose call is nearest to the step's place: these are the likeliest pairs."""
        nearest = sorted(self.noted.values(), key=lambda noted: (noted[0], noted[1].case, noted[1].step))
        return [question for _, question in nearest]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One alignment. `cases` are aligned together; `steps` and `calls` have the units of each, `pairs` holds for all.

    `idle` are steps (by index) that change nothing in these cases, so that nobody can see whether they were called.
    """

    cases: tuple[int, ...]
    steps: tuple[tuple[CallGroup, ...], ...]
    calls: tuple[tuple[CallGroup, ...], ...]
    pairs: tuple[Pair, ...]
    standings: tuple[tuple[Effect, ...], ...]
    unexpected: tuple[int, ...]
    penalty: int
    idle: frozenset[int] = frozenset()


def compare(asked: ExpectedRuns, observed: Sequence[Trace], answers: Replays) -> tuple[Comparison, ...]:
    """Align every case; the first comparison has the visible case first."""
    groups = [observed_units(trace.before, trace.calls, steps) for steps, trace in zip(asked.groups, observed, strict=False)]
    kinds = [(asked.kinds[case], tuple(group.kind for group in calls)) for case, calls in enumerate(groups)]
    alike: dict[object, list[int]] = {}
    for case, each in enumerate(kinds):
        alike.setdefault("visible" if each == kinds[0] else case, []).append(case)
    return tuple(_compare(asked, tuple(cases), groups, answers) for cases in alike.values())


def worst(standings: Sequence[Effect]) -> Effect:
    """The worst of the standings of one pair in several cases."""
    return max(standings, key=_WORST.__getitem__)


def _compare(
    asked: ExpectedRuns, cases: tuple[int, ...], groups: Sequence[tuple[CallGroup, ...]], answers: Replays
) -> Comparison:
    steps, calls = tuple(asked.groups[case] for case in cases), tuple(groups[case] for case in cases)

    def standing(place: int, i: int, start: int, end: int) -> Effect:
        ask = partial(answers.ask, cases[place], abs(i - start))
        group = steps[place][i]
        return judge(group, run_of(calls[place][start:end]), asked.rules, asked.exercise.steps[group.members[-1]].raises, ask)

    def standings(pair: Pair) -> tuple[Effect, ...]:
        if pair.standing == "matched":  # the worst of them
            return tuple(pair.standing for _ in cases)
        return tuple(standing(place, pair.step, pair.start, pair.end) for place in range(len(cases)))

    def lowest(i: int, start: int, end: int) -> Effect:
        found: Effect = "matched"
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


def _column(groups: Sequence[CallGroup]) -> Column:
    """One call in all cases of a comparison: it is free if it changed nothing in any of them."""
    is_step = groups[0].is_step
    free = not is_step and not any(group.changed for group in groups)
    return Column(groups[0].kind, free, groups[0].kind in ("edit", "update") and not is_step and groups[0].raised is None)
