"""The timeline of the visible case: a row for each step, for each unexpected call, and for the returned value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from operator import attrgetter
from typing import TypeAlias

from grader.marking.align_records import Pair
from grader.marking.call_groups import CallGroup
from grader.marking.compare import Comparison
from grader.marking.effect import joined
from grader.marking.ending import ends_as_expected, raising_step
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.frozen import frozen_rows
from grader.marking.ignored import without_ignored
from grader.marking.points import RETURNS_POINTS
from grader.marking.score import RIGHT, is_right_only_visibly, statuses, worst_status
from grader.marking.values import Rules, agree, difference_of_values
from grader.records.exercise import Exercise
from grader.records.grade import GradeRow
from grader.records.result import Status
from grader.records.trace import Call, ReferenceRun, TensorValue, Trace, Value

NamedTensors: TypeAlias = Mapping[str, TensorValue | None]

_value_of, _grad_of = attrgetter("value"), attrgetter("grad")


def timeline_rows(
    expected_runs: ExpectedRuns, observed: Sequence[Trace], comparisons: Sequence[Comparison]
) -> tuple[GradeRow, ...]:
    """All rows, in the order in which steps and calls happened. Values are those of the visible case."""
    exercise, expected, visible = expected_runs.exercise, expected_runs.runs, comparisons[0]
    found = statuses(comparisons, expected_runs.optional)
    groups = {index: place for place, group in enumerate(visible.steps[0]) for index in group.members}
    pairs = {pair.step: pair for pair in visible.pairs}
    steps = [
        _step_row(expected_runs, index, found[index], visible, groups[index], pairs.get(groups[index])) for index in sorted(found)
    ]
    steps += frozen_rows(expected_runs, observed, comparisons)
    steps.sort(key=attrgetter("step"))
    return (
        *_steps_and_calls(steps, [*_unexpected(visible), *_unexpected_in_hidden_cases(comparisons[1:])], observed[0]),
        *_raising_row(exercise, expected[0], observed, {row.step for row in steps}),
        *_returns_row(expected_runs, observed),
    )


def _step_row(
    expected_runs: ExpectedRuns, index: int, found: Sequence[Status], visible: Comparison, group: int, pair: Pair | None
) -> GradeRow:
    step = visible.steps[0][group]
    call = None if pair is None else without_ignored(joined(visible.calls[0][pair.start : pair.end]), expected_runs.ignored(step))
    status = worst_status(found)
    points = float(expected_runs.points[index])
    expected, observed = _tensors_of_row(step, call, expected_runs.rules)
    return GradeRow(
        "step",
        status,
        index,
        _calls_in_order(call),
        points if status in RIGHT else 0.0,
        points,
        expected,
        observed,
        tuple(name for name, tensor in observed.items() if not agree(tensor, expected[name], expected_runs.rules)),
        is_right_only_visibly(found),
        index not in expected_runs.optional,
    )


def _calls_in_order(group: CallGroup | None) -> tuple[Call, ...]:
    """The student's calls, each once, in the order in which they were made."""
    if group is None:
        return ()
    return tuple(call for _, call in sorted(dict(zip(group.members, group.calls, strict=True)).items()))


def _tensors_of_row(step: CallGroup, call: CallGroup | None, rules: Rules) -> tuple[NamedTensors, NamedTensors]:
    """Expected and observed tensors, by name: the gradients that the step writes (the values if it is an update), and every
    other tensor that differs."""
    touched = step.touched if call is None else step.touched | call.touched
    expected: dict[str, TensorValue | None] = {}
    observed: dict[str, TensorValue | None] = {}
    is_update = step.kind == "update"
    for name in (name for name in step.after if name in touched):
        right, left = step.after[name], None if call is None else call.after[name]
        for key, part, is_about in ((name, _value_of, is_update), (f"{name}.grad", _grad_of, not is_update)):
            if is_about or (left is not None and not agree(part(left), part(right), rules)):
                expected[key] = part(right)
                if left is not None:
                    observed[key] = part(left)
    return expected, observed


def _unexpected(visible: Comparison) -> Iterator[GradeRow]:
    for place in visible.unexpected:
        group = visible.calls[0][place]
        yield GradeRow("call", "unexpected", calls=_calls_in_order(group), observed=_tensors_left(group))


def _tensors_left(group: CallGroup) -> Mapping[str, Value]:
    """What an unexpected call left in the leaves that it touched."""
    leaves = [(name, leaf) for name, leaf in group.after.items() if name in group.touched]
    if group.kind == "update":
        return {name: leaf.value for name, leaf in leaves}
    return {f"{name}.grad": leaf.grad for name, leaf in leaves}


def _unexpected_in_hidden_cases(others: Sequence[Comparison]) -> Iterator[GradeRow]:
    """Unexpected calls of hidden cases: their kind and line, without numbers."""
    seen = set()
    for comparison in others:
        for place in comparison.unexpected:
            call = replace(comparison.calls[0][place].calls[0], before={}, after={}, touched=(), raised=None)
            if (call.kind, call.line) not in seen:
                seen.add((call.kind, call.line))
                yield GradeRow("call", "unexpected", calls=(call,), only_visible=True)


def _steps_and_calls(steps: Sequence[GradeRow], calls: Sequence[GradeRow], trace: Trace) -> list[GradeRow]:
    """Steps and unexpected calls. A call follows the last step whose own call came before it; hidden cases come last."""
    order = {id(call): place for place, call in enumerate(trace.calls)}
    made = [order.get(id(row.calls[0]), -1) if row.calls else len(order) for row in steps]
    first_from = list(accumulate(reversed(made), min))[::-1]  # for each step, the first call of it and of all later ones
    after_step: dict[int, list[GradeRow]] = {}
    for row in calls:
        place = order.get(id(row.call), len(order) + 1)
        after_step.setdefault(bisect_left(first_from, place) - 1, []).append(row)
    return [*after_step.get(-1, []), *(row for step, own in enumerate(steps) for row in (own, *after_step.get(step, [])))]


def _raising_row(
    exercise: Exercise, visible: ReferenceRun, observed: Sequence[Trace], known: set[int | None]
) -> Iterator[GradeRow]:
    """A graded step that raised before its call was made has no call, so the ending of the function decides."""
    index = raising_step(exercise)
    if index is None or index in known or not exercise.steps[index].is_call or index >= len(visible.steps):
        return
    found: list[Status] = ["matched" if ends_as_expected(exercise, trace.ending) else "missing" for trace in observed]
    points = exercise.steps[index].points
    status = worst_status(found)
    earned = points if status in RIGHT else 0.0
    yield GradeRow("step", status, index, (), earned, points, only_visible=is_right_only_visibly(found))


def _returns_row(expected_runs: ExpectedRuns, observed: Sequence[Trace]) -> Iterator[GradeRow]:
    if expected_runs.exercise.returns is None:
        return
    expected = expected_runs.runs
    found = [_status_of_returned(run, trace, expected_runs.rules) for run, trace in zip(expected, observed, strict=False)]
    status = worst_status(found)
    points = float(RETURNS_POINTS)
    yield GradeRow(
        "returns",
        status,
        None,
        (),
        points if status in RIGHT else 0.0,
        points,
        {"return": expected[0].returned},
        {"return": observed[0].ending.returned} if observed[0].ending.how == "returned" else {},
        only_visible=is_right_only_visibly(found),
    )


def _status_of_returned(run: ReferenceRun, trace: Trace, rules: Rules) -> Status:
    if trace.ending.how != "returned":
        return "missing"
    return "matched" if difference_of_values(trace.ending.returned, run.returned, rules) is None else "wrong"
