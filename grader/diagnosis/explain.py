"""Does a wrong program explain a student's trace? It does if the function would pass an exercise with these steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isclose, isnan
from typing import TypeAlias

from grader.diagnosis.edits import edits_between, with_same_expectations
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces
from grader.marking.values import rules_of, same_state
from grader.records.exercise import Exercise, Step, Tolerance
from grader.records.grade import Grade
from grader.records.trace import Call, ReferenceRun, Trace

# For each leaf, the gradients that the backwards left in it.
Footprint: TypeAlias = Mapping[str, tuple[tuple[float, ...], ...]]

_COARSE = 1e-2
_FINE = 1e-3  # is enough for the tolerances that an exercise has unless it sets its own


def runnable(exercise: Exercise, steps: Sequence[Step]) -> tuple[Step, ...]:
    """A wrong program as the reference should perform it. In a `predict` exercise it keeps the `expect`s of the right steps."""
    if exercise.kind == "predict":
        return with_same_expectations(exercise.steps, steps)
    return tuple(replace(step, expect=(), raises=None) if step.expect or step.raises else step for step in steps)


def with_steps(exercise: Exercise, steps: Sequence[Step], visible: ReferenceRun) -> Exercise:
    """The exercise that expects these steps, by whatever calls. If they raise an error, it expects the error too."""
    if visible.steps and (raised := visible.steps[-1].raised) is not None:
        last = len(visible.steps) - 1
        steps = (*steps[:last], replace(steps[last], raises=raised.message))
    returns = exercise.returns if visible.error is None else None
    return replace(exercise, steps=tuple(steps), returns=returns, uses=(), forbids=())


def explains(exercise: Exercise, steps: Sequence[Step], runs: Sequence[ReferenceRun], traces: Sequence[Trace]) -> Grade | None:
    """The grade that the traces get if these steps are expected; None unless they pass in every case."""
    if any(_did_not_run(run, steps) for run in runs) or not _end_alike(runs):
        return None
    found = grade_traces(ExpectedRuns(with_steps(exercise, steps, runs[0]), runs), traces, {})
    return found if found.verdict == "passed" and not _assumes_too_much(exercise, steps, found) else None


def _assumes_too_much(exercise: Exercise, steps: Sequence[Step], found: Grade) -> bool:
    """Was a step skipped that the trace must show: a step(), or one that this program does not share with the right one?"""
    skipped = {row.step for row in found.rows if row.status == "skipped"}
    if any(steps[index].verb == "step" for index in skipped if index is not None):
        return True
    changed = {edit.wrong for edit in edits_between(exercise.steps, steps) if edit.what != "left-out"}
    return bool(skipped & changed)


def may_explain(exercise: Exercise, visible: ReferenceRun, trace: Trace) -> bool:
    """A cheap test on the visible case: the same ending, and the same state at the end."""
    if exercise.kind == "predict":
        return isinstance(trace.ending.returned, tuple) and len(trace.ending.returned) > 0
    raised = bool(visible.steps and visible.steps[-1].raised)
    if raised != (trace.ending.how == "raised"):
        return False
    calls = [done.call for done in visible.steps if done.call is not None]
    end = calls[-1].after if calls else visible.before
    seen = trace.calls[-1].after if trace.calls else trace.before
    return end.keys() == seen.keys() and same_state(seen, end, frozenset(end), rules_of(exercise))


def may_be_proven(exercise: Exercise, runs: Sequence[ReferenceRun], traces: Sequence[Trace]) -> bool:
    """A cheap test before all cases are graded: the same endings, the same gradients and the same states at the end."""
    return all(
        may_explain(exercise, run, trace) and may_be_same_footprint(footprint_of_run(run), footprint(trace.calls))
        for run, trace in zip(runs, traces, strict=True)
    )


def footprint(calls: Sequence[Call]) -> Footprint:
    """The gradients that the backwards left, leaf by leaf. Equal ones in a row count once."""
    seen: dict[str, list[tuple[float, ...]]] = {}
    for _, name, gradient in _left_by_backwards(enumerate(calls)):
        seen.setdefault(name, []).append(gradient)
    return {name: tuple(left) for name, left in seen.items()}


def _left_by_backwards(calls: Iterable[tuple[int, Call | None]]) -> Iterator[tuple[int, str, tuple[float, ...]]]:
    """The gradients that the backwards among these calls left, each with the index of its call and its leaf.

    One that equals the one before it in the same leaf is left out.
    """
    last: dict[str, tuple[float, ...]] = {}
    for index, call in calls:
        if call is not None and call.kind == "backward" and call.changed:
            for name in call.touched:
                grad = call.after[name].grad
                if grad is not None and last.get(name) != grad.data:
                    last[name] = grad.data
                    yield index, name, grad.data


def may_be_same_footprint(one: Footprint, other: Footprint) -> bool:
    """Are they similar enough for equal traces? The test is quick, and coarser than any tolerance."""
    return one.keys() == other.keys() and all(
        len(left) == len(other[name]) and all(map(_are_similar, left, other[name])) for name, left in one.items()
    )


def begins_like(beginning: Footprint, whole: Footprint, exercise: Exercise) -> bool:
    """Can a run that begins with these gradients leave the whole footprint?"""
    slack = _slack(exercise)
    return all(
        name in whole
        and len(left) <= len(whole[name])
        and all(_are_similar(*pair, slack) for pair in zip(left, whole[name], strict=False))
        for name, left in beginning.items()
    )


def _slack(exercise: Exercise) -> float:
    """How far the numbers of equal traces may be apart: here too, coarser than the tolerance."""
    return _COARSE if exercise.tolerance != Tolerance() else _FINE


def footprint_of_run(run: ReferenceRun) -> Footprint:
    return footprint([done.call for done in run.steps if done.call is not None])


def place_of_first_difference(run: ReferenceRun, observed: Footprint, exercise: Exercise) -> int:
    """The index of the first step whose gradients are not those of the footprint; the number of steps if there is none."""
    slack = _slack(exercise)
    places: Counter[str] = Counter()
    for index, name, gradient in _left_by_backwards((index, done.call) for index, done in enumerate(run.steps)):
        place, seen = places[name], observed.get(name, ())
        if place >= len(seen) or not _are_similar(gradient, seen[place], slack):
            return index
        places[name] += 1
    return len(run.steps)


def _are_similar(one: Sequence[float], other: Sequence[float], slack: float = _COARSE) -> bool:
    return len(one) == len(other) and all(
        isclose(a, b, rel_tol=slack, abs_tol=slack) or (isnan(a) and isnan(b)) for a, b in zip(one, other, strict=True)
    )


def _did_not_run(run: ReferenceRun, steps: Sequence[Step]) -> bool:
    """Did the program stop with an error outside its steps? An error in `returns` does not count."""
    return run.error is not None and len(run.steps) < len(steps)


def _end_alike(runs: Sequence[ReferenceRun]) -> bool:
    """Do all cases perform the same number of steps, and raise the same error or none?"""
    shapes = {(len(run.steps), run.steps[-1].raised.type if run.steps and run.steps[-1].raised else None) for run in runs}
    return len(shapes) == 1
