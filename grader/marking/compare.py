"""Compares the observed calls of all cases with the expected ones.

Cases with the same sequence of kinds of calls share one alignment. A case whose kinds come in another order than in the
visible case (the student's function takes another path there) has an alignment of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias

from grader.marking.align import align, is_long, unexpected_penalty
from grader.marking.align_records import Column, Pair
from grader.marking.call_groups import CallGroup, observed_groups
from grader.marking.effect import Effect, Waiting, effect_of, joined
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.ignored import without_ignored
from grader.records.trace import ReplayRequest, State, Trace

_BADNESS: Mapping[Effect, int] = {"matched": 0, "carried": 1, "wrong": 2}


class ReplaySource(Protocol):
    """Where a comparison finds what steps leave on the student's states. `collects`: it has nothing, and collects requests."""

    collects: bool

    def state_after(self, case: int, distance: int, step: int, before: State) -> State | Waiting | None:
        """What the step leaves on the state `before`; None if that was not replayed.

        `distance` says how far the student's call is from the place of the step in the order.
        """


class Replays:
    """The states that replays left. With `collects` it has none yet, and collects the requests that a comparison makes."""

    def __init__(self, states: Mapping[ReplayRequest, State] | None = None, collects: bool = False) -> None:
        self.states, self.collects = {} if states is None else states, collects
        self._collected: dict[ReplayRequest, int] = {}

    def state_after(self, case: int, distance: int, step: int, before: State) -> State | None:
        request = ReplayRequest(case, step, before)
        if not self.collects:
            return self.states.get(request)
        self._collected[request] = min(distance, self._collected.get(request, distance))
        return None

    def requests(self) -> list[ReplayRequest]:
        """The collected requests. The smallest distance comes first, because these are the likeliest pairs."""
        return sorted(self._collected, key=lambda request: (self._collected[request], request.case, request.step))


Representative: TypeAlias = Callable[[int, int], int]


def itself(_: int, step: int) -> int:
    """Every step is replayed itself."""
    return step


class OpenReplays:
    """Replays that can still be asked for: until its answer comes, a call whose effect a replay decides counts as right.

    `answers` has the state that each replay left, None if there is none. `representative`: for a case and a step, a step that
    leaves the same on every state, which is replayed for it. `closed`: nothing more is asked.
    """

    collects = False

    def __init__(
        self,
        answers: Mapping[ReplayRequest, State | None],
        representative: Representative = itself,
        *,
        closed: bool = False,
    ) -> None:
        self.answers, self.representative, self._closed = answers, representative, closed
        self.waiting: dict[ReplayRequest, None] = {}

    def state_after(self, case: int, distance: int, step: int, before: State) -> State | Waiting | None:
        request = ReplayRequest(case, self.representative(case, step), before)
        if self._closed or request in self.answers:
            return self.answers.get(request)
        self.waiting[request] = None
        return Waiting.FOR_REPLAY


@dataclass(frozen=True, slots=True)
class Comparison:
    """One alignment of several `cases`: `steps` and `calls` have the groups of each case, `pairs` hold for all of them.

    `effects` has for each pair the effect in each case. `unexpected` are indices of groups of calls. `idle` are steps (by
    index) that change nothing in these cases, so that nobody can see whether they were called.
    """

    cases: tuple[int, ...]
    steps: tuple[tuple[CallGroup, ...], ...]
    calls: tuple[tuple[CallGroup, ...], ...]
    pairs: tuple[Pair, ...]
    effects: tuple[tuple[Effect, ...], ...]
    unexpected: tuple[int, ...]
    penalty: int
    idle: frozenset[int] = frozenset()


def compare(expected_runs: ExpectedRuns, observed: Sequence[Trace], replays: ReplaySource) -> tuple[Comparison, ...]:
    """Align every case. The first comparison contains the visible case, as its first one."""
    return tuple(alike.compare(expected_runs, replays) for alike in cases_compared_together(expected_runs, observed))


@dataclass(frozen=True, slots=True)
class CasesAlike:
    """Cases with the same kinds of calls in the same order, and their groups."""

    cases: tuple[int, ...]
    steps: tuple[tuple[CallGroup, ...], ...]
    calls: tuple[tuple[CallGroup, ...], ...]
    columns: tuple[Column, ...]

    @property
    def is_long(self) -> bool:
        """Are there too many calls for an alignment that is exact?"""
        return is_long(len(self.steps[0]), self.columns)

    def compare(self, expected_runs: ExpectedRuns, replays: ReplaySource) -> Comparison:
        """Align these cases."""
        judge = _Judge(self, expected_runs, replays)
        idle = frozenset.intersection(*(expected_runs.idle[case] for case in self.cases))
        rows = expected_runs.rows(self.cases[0], idle)
        pairs = align(rows, self.columns, judge.effect_in_worst_case)
        paired = {place for pair in pairs for place in range(pair.start, pair.end)}
        return Comparison(
            self.cases,
            self.steps,
            self.calls,
            pairs,
            tuple(map(judge.effects_of, pairs)),
            tuple(place for place, column in enumerate(self.columns) if place not in paired and not column.free),
            unexpected_penalty(rows, self.columns, pairs),
            idle,
        )

    def waiting(self, expected_runs: ExpectedRuns, comparison: Comparison, replays: OpenReplays) -> dict[ReplayRequest, None]:
        """The replays that decide the effects of these pairs and are not answered yet."""
        noting = OpenReplays(replays.answers, replays.representative)
        judge = _Judge(self, expected_runs, noting)
        for pair in comparison.pairs:
            if pair.effect == "carried":
                judge.effects_of(pair)
        return noting.waiting


def cases_compared_together(expected_runs: ExpectedRuns, observed: Sequence[Trace]) -> tuple[CasesAlike, ...]:
    """The cases whose calls are grouped alike; those that are like the visible case come first."""
    groups = [
        observed_groups(trace.before, trace.calls, steps) for steps, trace in zip(expected_runs.groups, observed, strict=False)
    ]
    kinds = [(expected_runs.kinds[case], tuple(group.kind for group in calls)) for case, calls in enumerate(groups)]
    alike: dict[object, list[int]] = {}
    for case, each in enumerate(kinds):
        alike.setdefault("visible" if each == kinds[0] else case, []).append(case)
    return tuple(
        CasesAlike(
            tuple(cases),
            tuple(expected_runs.groups[case] for case in cases),
            tuple(groups[case] for case in cases),
            tuple(
                _column_of(same_call, expected_runs.ever_ignored)
                for same_call in zip(*(groups[case] for case in cases), strict=True)
            ),
        )
        for cases in alike.values()
    )


def worst_effect(effects: Sequence[Effect]) -> Effect:
    """The worst effect of one pair in several cases."""
    return max(effects, key=_BADNESS.__getitem__)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges pairs of steps and calls in all cases."""

    alike: CasesAlike
    expected_runs: ExpectedRuns
    replays: ReplaySource

    def effect_in_worst_case(self, step: int, start: int, end: int) -> Effect:
        worst: Effect = "matched"
        for place in range(len(self.alike.cases)):
            worst = worst_effect((worst, self._effect_in_case(place, step, start, end)))
            if worst == "wrong" and not self.replays.collects:
                break
        return worst

    def effects_of(self, pair: Pair) -> tuple[Effect, ...]:
        places = range(len(self.alike.cases))
        if pair.effect == "matched":  # in the worst case
            return tuple(pair.effect for _ in places)
        return tuple(self._effect_in_case(place, pair.step, pair.start, pair.end) for place in places)

    def _effect_in_case(self, place: int, step: int, start: int, end: int) -> Effect:
        group = self.alike.steps[place][step]
        return effect_of(
            group,
            joined(self.alike.calls[place][start:end]),
            self.expected_runs.rules,
            self.expected_runs.exercise.steps[group.members[-1]].raises,
            partial(self.replays.state_after, self.alike.cases[place], abs(step - start)),
            self.expected_runs.ignored(group),
        )


def _column_of(groups: Sequence[CallGroup], ignored: frozenset[str]) -> Column:
    """One call in all cases of a comparison. It is free if it changed nothing but `ignored` gradients in all of them."""
    is_step, first = groups[0].is_step, groups[0].calls[0]
    free = not is_step and not any(without_ignored(group, ignored).changed for group in groups)
    runs = groups[0].kind in ("edit", "update") and not is_step and groups[0].raised is None
    return Column(groups[0].kind, free, runs, (first.line, first.called_from))
