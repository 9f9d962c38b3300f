"""Does a wrong program explain what a student's function did? It does if, asked for, the function would have passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isclose, isnan
from typing import TypeAlias

from grader.diagnosis.edits import asked_alike, edits_between
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces
from grader.marking.values import rules_of, same_state
from grader.records.exercise import Exercise, Step
from grader.records.grade import Grade
from grader.records.trace import Call, ReferenceRun, Trace

# For each leaf the gradients that backwards left there.
Footprint: TypeAlias = Mapping[str, tuple[tuple[float, ...], ...]]

_COARSE = 1e-2


def runnable(exercise: Exercise, steps: Sequence[Step]) -> tuple[Step, ...]:
    """A wrong program as the reference should perform it: a prediction is asked for at the same steps."""
    if exercise.kind == "predict":
        return asked_alike(exercise.steps, steps)
    return tuple(replace(step, expect=(), raises=None) for step in steps)


def as_asked(exercise: Exercise, steps: Sequence[Step], visible: ReferenceRun) -> Exercise:
    """The exercise that asks for these steps; if performing them raises, the error is part of what it asks for."""
    if visible.steps and (raised := visible.steps[-1].raised) is not None:
        last = len(visible.steps) - 1
        steps = (*steps[:last], replace(steps[last], raises=raised.message))
    returns = exercise.returns if visible.error is None else None
    return replace(exercise, steps=tuple(steps), returns=returns)


def explains(exercise: Exercise, steps: Sequence[Step], runs: Sequence[ReferenceRun], traces: Sequence[Trace]) -> Grade | None:
    """The mark that the traces would get if these steps were asked for, if that is a pass in every case."""
    if any(_is_broken(run, steps) for run in runs) or not _alike(runs):
        return None
    found = grade_traces(ExpectedRuns(as_asked(exercise, steps, runs[0]), runs), traces, {})
    return found if found.verdict == "passed" and not _left_out_steps(exercise, steps, found) else None


def _left_out_steps(exercise: Exercise, steps: Sequence[Step], found: Grade) -> bool:
    """Is something taken for granted that the trace would show: a step(), or what makes this program differ?"""
    skipped = {row.step for row in found.rows if row.status == "skipped"}
    if any(steps[index].verb == "step" for index in skipped if index is not None):
        return True
    changed = {edit.wrong for edit in edits_between(exercise.steps, steps) if edit.what != "left-out"}
    return bool(skipped & changed)


def may_explain(exercise: Exercise, visible: ReferenceRun, trace: Trace) -> bool:
    """A cheap look at the visible case: the same end, and the same state at the end."""
    if exercise.kind == "predict":
        return len(_answers(trace)) > 0
    raised = bool(visible.steps and visible.steps[-1].raised)
    if raised != (trace.ending.how == "raised"):
        return False
    calls = [done.call for done in visible.steps if done.call is not None]
    end = calls[-1].after if calls else visible.before
    seen = trace.calls[-1].after if trace.calls else trace.before
    return end.keys() == seen.keys() and same_state(seen, end, frozenset(end), rules_of(exercise))


def footprint(calls: Sequence[Call]) -> Footprint:
    """What each backward left in the leaves it reached, leaf by leaf; the same twice in a row is told once."""
    seen: dict[str, list[tuple[float, ...]]] = {}
    for call in calls:
        if call.kind == "backward" and call.changed:
            for name in call.touched:
                grad = call.after[name].grad
                if grad is not None and seen.setdefault(name, [])[-1:] != [grad.data]:
                    seen[name].append(grad.data)
    return {name: tuple(left) for name, left in seen.items()}


def same_footprint(one: Footprint, other: Footprint) -> bool:
    """Are they so alike that the traces may be equal? Coarser than any tolerance, and quick."""
    return one.keys() == other.keys() and all(
        len(left) == len(other[name]) and all(map(_alike_numbers, left, other[name])) for name, left in one.items()
    )


def _alike_numbers(one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and all(
        isclose(a, b, rel_tol=_COARSE, abs_tol=_COARSE) or (isnan(a) and isnan(b)) for a, b in zip(one, other, strict=True)
    )


def _is_broken(run: ReferenceRun, steps: Sequence[Step]) -> bool:
    """Could the program not be performed? What it cannot return because it never made it does not count."""
    return run.error is not None and len(run.steps) < len(steps)


def _answers(trace: Trace) -> Sequence[object]:
    return trace.ending.returned if isinstance(trace.ending.returned, tuple) else ()


def _alike(runs: Sequence[ReferenceRun]) -> bool:
    """Do all cases perform as many steps, and end the same way?"""
    shapes = {(len(run.steps), run.steps[-1].raised.type if run.steps and run.steps[-1].raised else None) for run in runs}
    return len(shapes) == 1
