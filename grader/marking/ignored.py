"""Calls without the gradients that are not judged.

What an exercise ignores as a whole is not read at all (`protocol/traces.py`). Here is what its steps ignore from some step
on: which of a student's calls that is about is known only when a call is compared with a step.
"""

from __future__ import annotations

from dataclasses import replace

from grader.marking.call_groups import CallGroup
from grader.records.exercise import Exercise
from grader.records.trace import State


def without_ignored(group: CallGroup, ignored: frozenset[str]) -> CallGroup:
    """The group as if these leaves had no gradient, before it and after it."""
    if not ignored:
        return group
    touched = group.touched if group.kind == "update" else group.touched - ignored
    before, after = state_without(group.before, ignored), state_without(group.after, ignored)
    return replace(group, touched=touched, before=before, after=after)


def state_without(state: State, ignored: frozenset[str]) -> State:
    """The state as if these leaves had no gradient."""
    if not ignored:
        return state
    return {name: replace(leaf, grad=None) if name in ignored else leaf for name, leaf in state.items()}


def ever_ignored(exercise: Exercise) -> frozenset[str]:
    """The leaves whose gradient some step ignores."""
    return exercise.steps[-1].ignored if exercise.steps else frozenset()
