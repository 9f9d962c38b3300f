"""From an alignment to a wrong program: every row that is not right, written as an edit of the steps.

A missing step is left out, an unexpected call is put in, a wrong call is changed to a step with the same effect. If the
effect has no name, the step is recorded. The reference then performs the wrong program, which shows whether these
edits explain everything (see `from_alignment`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from math import hypot, isclose

from grader.diagnosis.changed_backward import changed_backward, contributions_near, with_one_cause_per_step
from grader.diagnosis.contributions import are_same_contributions, contribution_of
from grader.diagnosis.label import Label, LabelInputs, without_expectations
from grader.diagnosis.mutations.program import sets_gradients
from grader.diagnosis.recorded_steps import recorded_label
from grader.diagnosis.step_order import StepOrder
from grader.expressions.parse import parse
from grader.marking.call_groups import CallGroup
from grader.marking.compare import Comparison
from grader.records.exercise import Clip, Exercise, OptimizerStep, Set, Step, Verb, Zero


def labels(
    inputs: LabelInputs, comparisons: Sequence[Comparison], suspects: frozenset[int] = frozenset()
) -> tuple[Label, ...] | None:
    """A label for each row that is not right, in the order of the steps; None if the cases take different paths.

    The `suspects` (by index) may be right: they count as wrong if another pass of the same step is wrong.
    """
    if len(comparisons) != 1 or len(inputs.traces) != len(inputs.runs):
        return None
    return tuple(with_one_cause_per_step(inputs.exercise, tuple(_labels(inputs, comparisons[0], suspects))))


def _labels(inputs: LabelInputs, comparison: Comparison, suspects: frozenset[int]) -> Iterator[Label]:
    unexpected = frozenset(comparison.unexpected)
    pairs = {pair.step: (pair, effects) for pair, effects in zip(comparison.pairs, comparison.effects, strict=True)}
    wrong = {
        inputs.order.written_step(comparison.steps[0][step].members[0])
        for step, (_, effects) in pairs.items()
        if "wrong" in effects
    }
    place = 0
    for number, group in enumerate(comparison.steps[0]):
        pair, effects = pairs.get(number, (None, ()))
        if pair is None:
            if any(index not in inputs.expected_runs.optional for index in group.members):
                yield Label(_name_of_missing(inputs.exercise, group.members[0]), group.members, group.members[0], ())
            continue
        split = _split_loss(inputs, comparison, group.members, range(place, pair.end))
        yield from split or _unexpected(inputs, comparison, unexpected, range(place, pair.start), group.members[0])
        place = pair.end
        is_suspect = not suspects.isdisjoint(group.members) and inputs.order.written_step(group.members[0]) in wrong
        if not split and ("wrong" in effects or is_suspect):
            yield _changed(inputs, comparison, group, range(pair.start, pair.end))
    yield from _unexpected(inputs, comparison, unexpected, range(place, len(comparison.calls[0])), len(inputs.exercise.steps))


def _split_loss(inputs: LabelInputs, comparison: Comparison, members: tuple[int, ...], places: range) -> list[Label]:
    """Several backwards in a row that together add what one step should add."""
    runs = [[calls[place] for place in places] for calls in comparison.calls]
    if len(places) < 2 or any(group.kind != "backward" or group.raised for groups in runs for group in groups):
        return []
    first = [groups[0] for groups in runs]
    expected = contributions_near(inputs, members[0], first).get(members[0])
    whole = contribution_of([replace(groups[0], after=groups[-1].after) for groups in runs])
    if expected is None or not are_same_contributions(whole, expected):
        return []
    parts = [recorded_label("loss-split", members, members[0], [groups[part] for groups in runs]) for part in range(len(places))]
    steps = tuple(step for part in parts for step in part.steps)
    recorded = tuple({name: value for part in parts for name, value in part.recorded[case].items()} for case in range(len(runs)))
    return [replace(parts[0], steps=steps, recorded=recorded)]


def _name_of_missing(exercise: Exercise, index: int) -> str:
    step = exercise.steps[index]
    if isinstance(step.action, Set):
        return "not-unscaled" if sets_gradients(step.action) else "step-missing"
    return {"zero": "zero-skipped", "backward": "backward-missing", "step": "step-missing"}.get(step.verb, "wrong-clip")


def _unexpected(
    inputs: LabelInputs, comparison: Comparison, unexpected: Collection[int], places: range, before: int
) -> Iterator[Label]:
    for place in places:
        if place in unexpected:
            yield _unexpected_call(inputs, [calls[place] for calls in comparison.calls], before)


def _unexpected_call(inputs: LabelInputs, groups: Sequence[CallGroup], before: int) -> Label:
    group = groups[0]
    if group.kind == "zero":
        return Label(_name_of_unexpected_zero(inputs.order, before), (), before, _observed_zeros(group), group)
    if group.is_step and group.calls[0].optimizer:
        return Label("step-too-early", (), before, (_new_step("step", OptimizerStep(group.calls[0].optimizer)),), group)
    if group.kind == "backward":
        observed = contribution_of(groups)
        for index, contributions in contributions_near(inputs, before, groups).items():
            if are_same_contributions(observed, contributions):
                return Label("backward-repeated", (), before, (without_expectations(inputs.exercise.steps[index]),), group)
    return recorded_label(_name_of_unexpected(inputs.order, group, before), (), before, groups)


def _name_of_unexpected(order: StepOrder, group: CallGroup, before: int) -> str | None:
    """The name for an edit or an update that no step expects."""
    if group.kind == "update":
        return None if order.has_updates else "value-moved"
    if any(_has_effect_of_clip(clip, group) for clip in order.clips):
        return "clip-too-early" if order.last_clip >= before else "clip-too-late"
    return None


def _has_effect_of_clip(clip: Clip, group: CallGroup) -> bool:
    """Did an edit leave a gradient whose norm, or whose largest number, is exactly the bound of this clip?"""
    if group.kind != "edit":
        return False
    numbers = [number for name in group.touched if (grad := group.after[name].grad) is not None for number in grad.data]
    if clip.max_norm is not None:
        return isclose(hypot(*numbers), clip.max_norm, rel_tol=1e-3)
    return clip.clip_value is not None and isclose(max(map(abs, numbers), default=0.0), clip.clip_value, rel_tol=1e-3)


def _name_of_unexpected_zero(order: StepOrder, before: int) -> str:
    following, earlier = order.call_from(before), order.call_before(before)
    if following is not None and following.verb == "step" and earlier is not None and earlier.verb == "backward":
        return "zero-before-step"
    return "zero-too-early" if following is not None else "zero-unneeded"


def _changed(inputs: LabelInputs, comparison: Comparison, expected: CallGroup, places: range) -> Label:
    members = expected.members
    groups = [calls[places.stop - 1] for calls in comparison.calls]
    first = groups[0]
    if len(places) > 1 or len(members) > 1:
        return _changed_run(members, groups)
    step = inputs.exercise.steps[members[0]]
    if first.kind == "backward":
        return changed_backward(inputs, members[0], groups)
    if first.kind == "zero":
        return _changed_zero(expected, first)
    if first.is_step and first.calls[0].optimizer:
        other = _new_step("step", OptimizerStep(first.calls[0].optimizer))
        return Label("wrong-optimizer", members, members[0], (other,), first)
    if first.is_step:
        return recorded_label("wrong-optimizer", members, members[0], groups)
    return recorded_label("wrong-clip" if isinstance(step.action, Clip) else None, members, members[0], groups)


def _changed_run(members: tuple[int, ...], groups: Sequence[CallGroup]) -> Label:
    """Several calls for one step, or one for several: only their effect is known."""
    if groups[0].kind == "zero":
        return Label("wrong-tensor-zeroed", members, members[0], _observed_zeros(groups[0]), groups[0])
    return recorded_label(None, members, members[0], groups)


def _changed_zero(expected: CallGroup, observed: CallGroup) -> Label:
    members = expected.members
    name = "none-is-zero" if expected.touched == observed.touched else "wrong-tensor-zeroed"
    return Label(name, members, members[0], _observed_zeros(observed), observed)


def _observed_zeros(group: CallGroup) -> tuple[Step, ...]:
    """The reset as it was observed: some leaves to None, others to zeros."""
    none = [name for name in sorted(group.touched) if group.after[name].grad is None and group.before[name].grad is not None]
    zeros = [name for name in sorted(group.touched) if group.after[name].grad is not None]
    return tuple(
        _new_step("zero", Zero(tuple(map(parse, names)), to_none)) for names, to_none in ((none, True), (zeros, False)) if names
    )


def _new_step(verb: Verb, action: Zero | OptimizerStep) -> Step:
    return Step(verb=verb, action=action, number=0, text="")
