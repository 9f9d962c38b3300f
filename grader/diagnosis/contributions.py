"""Contributions: what a backward adds to each gradient, case by case. They are compared as equal, a multiple, a sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import TypeAlias

from grader.marking.call_groups import CallGroup
from grader.marking.compare import Replays
from grader.marking.values import agree, rules_of
from grader.records.exercise import Exercise
from grader.records.states import COPIED_LEAVES, replaced_leaves
from grader.records.trace import Call, ReferenceRun, State, TensorValue

# One mapping per case, from leaf to what was added to its gradient.
Contributions: TypeAlias = tuple[Mapping[str, TensorValue], ...]

_RTOL, _ATOL = 2e-5, 2e-6


def contribution_of(calls: Sequence[CallGroup | Call]) -> Contributions:
    """What a call added, in each case."""
    return tuple(_added(call.before, call.after, call.touched) for call in calls)


def contributions_of(
    exercise: Exercise,
    expected: Sequence[ReferenceRun],
    groups: Sequence[CallGroup],
    replays: Replays | None,
    near: int,
    backwards: Sequence[int],
) -> dict[int, Contributions]:
    """What these `backwards` of the steps (by index) would have added in the place of these calls (one per case).

    If the values differ from the expected ones, this needs a replay, and a step without its replay is left out. The replays
    of steps around the index `near` are the likeliest.
    """
    found: dict[int, Contributions] = {}
    for index in backwards:
        cases = [
            _contribution_at(exercise, case, index, run, group, near, replays)
            for case, (run, group) in enumerate(zip(expected, groups, strict=True))
        ]
        known = tuple(case for case in cases if case is not None)
        if len(known) == len(cases):
            found[index] = known
    return found


def _contribution_at(
    exercise: Exercise, case: int, index: int, run: ReferenceRun, group: CallGroup, near: int, replays: Replays | None
) -> Mapping[str, TensorValue] | None:
    call = run.steps[index].call if index < len(run.steps) else None
    if call is None:
        return None
    if _has_same_values(exercise, call, group):
        return _added(call.before, call.after, call.touched)
    after = None if replays is None else replays.state_after(case, abs(index - near), index, group.before)
    return None if after is None else _added(group.before, after, call.touched)


def _has_same_values(exercise: Exercise, call: Call, group: CallGroup) -> bool:
    rules = rules_of(exercise)
    return all(agree(group.before[name].value, leaf.value, rules) for name, leaf in call.before.items())


def are_same_contributions(one: Contributions, other: Contributions) -> bool:
    """Do two calls add the same, in every case?"""
    return len(one) == len(other) and all(_is_close(a, b) for a, b in zip(one, other, strict=True))


def reached_by(contributions: Contributions) -> frozenset[str]:
    """The leaves that something was added to, in any case."""
    return frozenset(name for case in contributions for name, tensor in case.items() if any(tensor.data))


def only(contributions: Contributions, leaves: frozenset[str]) -> Contributions:
    """The contributions to these leaves."""
    return tuple({name: tensor for name, tensor in case.items() if name in leaves} for case in contributions)


def ratio(observed: Contributions, expected: Contributions) -> float | None:
    """The one factor between the expected and the observed contributions, in every case; None if there is no such factor."""
    pairs = [pair for a, b in zip(observed, expected, strict=True) for pair in _pairs(a, b)]
    if not all(isfinite(a) and isfinite(b) for a, b in pairs):
        return None
    known = [a / b for a, b in pairs if b != 0.0]
    if not known or any(b == 0.0 and abs(a) > _ATOL for a, b in pairs):
        return None
    factor = _as_fraction(known[0])
    if factor == 0.0 or not all(abs(a - factor * b) <= _ATOL + _RTOL * max(abs(a), abs(b)) for a, b in pairs):
        return None
    return factor


def is_sum(observed: Contributions, one: Contributions, other: Contributions) -> bool:
    """Is the observed contribution the sum of two others?"""
    return all(_is_close(a, _sum(b, c)) for a, b, c in zip(observed, one, other, strict=True))


def _as_fraction(factor: float) -> float:
    """The fraction with a denominator up to 12 that the factor is close to, else the factor itself."""
    for denominator in range(1, 13):
        if abs(factor * denominator - round(factor * denominator)) < 1e-4 * denominator:
            return round(factor * denominator) / denominator
    return factor


def _added(before: State, after: State, touched: Iterable[str]) -> Mapping[str, TensorValue]:
    """What a call added to each gradient. One whose shape has changed, which no backward does, is new as a whole.

    Of many leaves, those that were neither written nor changed are left out.
    """
    names: Iterable[str] = after if len(after) <= COPIED_LEAVES else dict.fromkeys((*touched, *replaced_leaves(before, after)))
    added = {}
    for name in names:
        leaf = after[name]
        if leaf.grad is not None:
            start = before[name].grad
            is_new = start is None or start.shape != leaf.grad.shape or len(start.data) != len(leaf.grad.data)
            old = (0.0,) * len(leaf.grad.data) if start is None or is_new else start.data
            numbers = tuple(new - was for new, was in zip(leaf.grad.data, old, strict=True))
            added[name] = replace(leaf.grad, data=numbers)
    return added


def _pairs(one: Mapping[str, TensorValue], other: Mapping[str, TensorValue]) -> list[tuple[float, float]]:
    pairs: list[tuple[float, float]] = []
    for name in one.keys() | other.keys():
        model = one.get(name) or other[name]
        zeros = (0.0,) * len(model.data)
        first, second = (tensor[name].data if name in tensor else zeros for tensor in (one, other))
        pairs += zip(first, second, strict=False)
    return pairs


def _is_close(one: Mapping[str, TensorValue], other: Mapping[str, TensorValue]) -> bool:
    return all(abs(a - b) <= _ATOL + _RTOL * max(abs(a), abs(b)) for a, b in _pairs(one, other))


def _sum(one: Mapping[str, TensorValue], other: Mapping[str, TensorValue]) -> Mapping[str, TensorValue]:
    total = dict(one)
    for name, tensor in other.items():
        mine = total.get(name)
        total[name] = (
            tensor if mine is None else replace(tensor, data=tuple(a + b for a, b in zip(mine.data, tensor.data, strict=False)))
        )
    return total
