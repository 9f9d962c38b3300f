"""Compares the observed calls of all cases with the expected ones.

Cases with the same sequence of kinds of calls share one alignment. A case whose kinds come in another order than in the
visible case (the student's function takes another path there) has an alignment of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from grader.marking.align import Column, Pair, align, unexpected_penalty
from grader.marking.call_groups import CallGroup, observed_groups
from grader.marking.effect import Effect, Waiting, effect_of, joined
from grader.marking.expected_runs import ExpectedRuns
from grader.records.trace import ReplayRequest, State, Trace

_BADNESS: Mapping[Effect, int] = {"matched": 0, "carried": 1, "wrong": 2}


@dataclass(slots=True)
class Replays:
    """The states that replays left. With `collects` it has none yet, and collects the requests that a comparison makes."""

    states: Mapping[ReplayRequest, State] = field(default_factory=dict)
    collects: bool = False
    collected: dict[tuple[int, int, int], tuple[int, ReplayRequest]] = field(default_factory=dict)

    def state_after(self, case: int, distance: int, step: int, before: State) -> State | None:
        """What the step leaves on the state `before`; None if that was not replayed.

        `distance` says how far the student's call is from the place of the step in the order.
        """
        request = ReplayRequest(case, step, before)
        if not self.collects:
            return self.states.get(request)
        key = (case, step, id(before))
        if key not in self.collected or distance < self.collected[key][0]:
            self.collected[key] = (distance, request)
        return None

    def requests(self) -> list[ReplayRequest]:
        """The collected requests. The smallest distance comes first, because these are the likeliest pairs."""
        nearest = sorted(self.collected.values(), key=lambda each: (each[0], each[1].case, each[1].step))
        return [request for _, request in nearest]


class OpenReplays:
    """Replays that can still be asked for: until its answer comes, a call whose effect a replay decides counts as right."""

    collects = False

    def __init__(self, answers: dict[ReplayRequest, State | None] | None = None) -> None:
        self.answers: dict[ReplayRequest, State | None] = {} if answers is None else answers
        self.waiting: dict[ReplayRequest, None] = {}

    def state_after(self, case: int, distance: int, step: int, before: State) -> State | Waiting | None:
        request = ReplayRequest(case, step, before)
        if request in self.answers:
            return self.answers[request]
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


def compare(expected_runs: ExpectedRuns, observed: Sequence[Trace], replays: Replays | OpenReplays) -> tuple[Comparison, ...]:
    """Align every case. The first comparison contains the visible case, as its first one."""
    groups = [
        observed_groups(trace.before, trace.calls, steps) for steps, trace in zip(expected_runs.groups, observed, strict=False)
    ]
    kinds = [(expected_runs.kinds[case], tuple(group.kind for group in calls)) for case, calls in enumerate(groups)]
    alike: dict[object, list[int]] = {}
    for case, each in enumerate(kinds):
        alike.setdefault("visible" if each == kinds[0] else case, []).append(case)
    return tuple(_compare(expected_runs, tuple(cases), groups, replays) for cases in alike.values())


def worst_effect(effects: Sequence[Effect]) -> Effect:
    """The worst effect of one pair in several cases."""
    return max(effects, key=_BADNESS.__getitem__)


def _compare(
    expected_runs: ExpectedRuns, cases: tuple[int, ...], groups: Sequence[tuple[CallGroup, ...]], replays: Replays | OpenReplays
) -> Comparison:
    steps, calls = tuple(expected_runs.groups[case] for case in cases), tuple(groups[case] for case in cases)

    def effect_in_case(place: int, i: int, start: int, end: int) -> Effect:
        replay = partial(replays.state_after, cases[place], abs(i - start))
        group = steps[place][i]
        return effect_of(
            group,
            joined(calls[place][start:end]),
            expected_runs.rules,
            expected_runs.exercise.steps[group.members[-1]].raises,
            replay,
        )

    def effects_of(pair: Pair) -> tuple[Effect, ...]:
        if pair.effect == "matched":  # in the worst case
            return tuple(pair.effect for _ in cases)
        return tuple(effect_in_case(place, pair.step, pair.start, pair.end) for place in range(len(cases)))

    def effect_in_worst_case(i: int, start: int, end: int) -> Effect:
        worst: Effect = "matched"
        for place in range(len(cases)):
            worst = worst_effect((worst, effect_in_case(place, i, start, end)))
            if worst == "wrong" and not replays.collects:
                break
        return worst

    idle = frozenset.intersection(*(expected_runs.idle[case] for case in cases))
    rows = expected_runs.rows(cases[0], idle)
    columns = [_column_of([case_calls[place] for case_calls in calls]) for place in range(len(calls[0]))]
    pairs = align(rows, columns, effect_in_worst_case)
    paired = {place for pair in pairs for place in range(pair.start, pair.end)}
    return Comparison(
        cases,
        steps,
        calls,
        pairs,
        tuple(effects_of(pair) for pair in pairs),
        tuple(place for place, column in enumerate(columns) if place not in paired and not column.free),
        unexpected_penalty(rows, columns, pairs),
        idle,
    )


def _column_of(groups: Sequence[CallGroup]) -> Column:
    """One call in all cases of a comparison. It is free if it changed nothing in all of them."""
    is_step = groups[0].is_step
    free = not is_step and not any(group.changed for group in groups)
    return Column(groups[0].kind, free, groups[0].kind in ("edit", "update") and not is_step and groups[0].raised is None)
