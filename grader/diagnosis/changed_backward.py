"""A backward that added something else than expected: which loss adds this, and what the mistake is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isclose

from grader.diagnosis.contributions import (
    Contributions,
    are_same_contributions,
    contribution_of,
    contributions_of,
    is_sum,
    only,
    ratio,
    reached_by,
)
from grader.diagnosis.divisors import divisor_of
from grader.diagnosis.label import Label, LabelInputs, without_expectations
from grader.diagnosis.recorded_steps import recorded_label
from grader.expressions.tree import Binary, Expr, Negative, Number
from grader.marking.call_groups import CallGroup
from grader.records.exercise import Backward, Exercise, Step

_PASSES_REPLAYED = 3


def changed_backward(inputs: LabelInputs, index: int, groups: Sequence[CallGroup]) -> Label:
    """The label for the backward with this index, which these calls (one per case) perform wrongly."""
    observed = contribution_of(groups)
    contributions = contributions_near(inputs, index, groups)
    reaches = _reaches_other_leaves(observed, contributions.get(index))
    options = tuple(_explanations(inputs, index, groups, observed, contributions)) if reaches is None else ()
    for misconception, step in options[:1]:
        return Label(misconception, (index,), index, (step,), groups[0], (), options)
    return recorded_label(reaches or "wrong-formula", (index,), index, groups)


def contributions_near(inputs: LabelInputs, index: int, groups: Sequence[CallGroup]) -> dict[int, Contributions]:
    """What the backwards that these calls at this place may be would have added there.

    In a long program, only the first wrong passes of a step ask for replays. Nothing is compared if the budget is not enough.
    """
    order = inputs.order
    backwards = order.backwards_near(index)
    if not inputs.budget.take(len(backwards) * len(groups) * inputs.work_of_leaves):
        return {}
    inputs.asked[order.written_step(index)] += 1
    asks = not order.is_long or inputs.asked[order.written_step(index)] <= _PASSES_REPLAYED
    replays = inputs.replays if asks else None
    return contributions_of(inputs.exercise, inputs.runs, groups, replays, index, backwards)


def with_one_cause_per_step(exercise: Exercise, labels: Sequence[Label]) -> Iterator[Label]:
    """If one name fits all the wrong passes of a step in a loop, each of them gets that name."""
    names: dict[int, set[str]] = {}
    for label in labels:
        if label.options:
            own, number = {name for name, _ in label.options}, exercise.steps[label.right[0]].number
            names[number] = names[number] & own if number in names else own
    for label in labels:
        shared = [option for option in label.options if option[0] in names[exercise.steps[label.right[0]].number]]
        if shared and shared[0] != label.options[0]:
            yield replace(label, misconception=shared[0][0], steps=(shared[0][1],))
        else:
            yield label


def _reaches_other_leaves(observed: Contributions, expected: Contributions | None) -> str | None:
    """The name for the right contribution that goes to more leaves than it should, or to fewer."""
    if expected is None:
        return None
    reached, expected_leaves = reached_by(observed), reached_by(expected)
    if expected_leaves and expected_leaves < reached and _agree_on(expected_leaves, observed, expected):
        return "leak"
    if reached and reached < expected_leaves and _agree_on(reached, observed, expected):
        return "detached"
    return None


def _agree_on(leaves: frozenset[str], one: Contributions, other: Contributions) -> bool:
    return are_same_contributions(only(one, leaves), only(other, leaves))


def _explanations(
    inputs: LabelInputs, index: int, groups: Sequence[CallGroup], observed: Contributions, contributions: dict[int, Contributions]
) -> Iterator[tuple[str, Step]]:
    """The steps that add what the student's backward added, the likeliest first."""
    steps = inputs.exercise.steps
    expected = contributions.get(index)
    mutants = _fitting_mutants(inputs, index, observed, expected)
    yield from (option for option in mutants if option[0] != "wrong-formula")
    if expected is not None and (factor := ratio(observed, expected)) is not None:
        yield _scaled(inputs, steps[index], factor, groups[0])
    yield from mutants
    others = {other: contribution for other, contribution in contributions.items() if other != index}
    for other, contribution in others.items():
        if are_same_contributions(observed, contribution):
            yield "wrong-formula", without_expectations(steps[other])
    if expected is not None:
        for other, contribution in others.items():
            if is_sum(observed, expected, contribution):
                yield "backward-repeated" if other < index else "losses-merged", _sum_of_losses(steps[index], steps[other])


def _fitting_mutants(
    inputs: LabelInputs, index: int, observed: Contributions, expected: Contributions | None
) -> list[tuple[str, Step]]:
    """Mutants of this step that add the same. They ran on the expected values, so these must be the values here too."""
    if index not in inputs.mutants_of_backward or expected is None:
        return []
    if not are_same_contributions(expected, _contribution_in_reference(inputs, index)):
        return []
    mutants = inputs.mutants_of_backward[index]
    return [(each.misconception, each.step) for each in mutants if are_same_contributions(observed, each.contributions)]


def _contribution_in_reference(inputs: LabelInputs, index: int) -> Contributions:
    calls = [run.steps[index].call for run in inputs.runs]
    return contribution_of([call for call in calls if call is not None])


def _scaled(inputs: LabelInputs, step: Step, factor: float, group: CallGroup) -> tuple[str, Step]:
    action = step.action
    assert isinstance(action, Backward)
    losses = tuple(_times(loss, factor) for loss in action.of)
    scaled = replace(without_expectations(step), action=replace(action, of=losses), written=None)
    return _name_of_factor(inputs, action, factor, group), scaled


def _name_of_factor(inputs: LabelInputs, action: Backward, factor: float, group: CallGroup) -> str:
    if group.calls[0].gradient_given:
        return "wrong-seed"
    if factor == -1.0:
        return "sign"
    divisors = [divisor for loss in action.of if (divisor := divisor_of(inputs.exercise, loss)) is not None]
    if divisors and isclose(factor, divisors[0], rel_tol=1e-4):
        return "loss-not-divided"
    if divisors and isclose(factor * divisors[0], 1.0, rel_tol=1e-4):
        return "divided-twice"
    if any(isinstance(loss, Binary) and loss.operator == "/" for loss in action.of):
        return "wrong-divisor" if factor > 0 else "wrong-formula"
    passes = inputs.order.passes_of_backwards
    return "divided-needlessly" if passes > 1 and isclose(factor * passes, 1.0, rel_tol=1e-4) else "wrong-formula"


def _times(loss: Expr, factor: float) -> Expr:
    if factor == -1.0:
        return Negative(loss)
    if 0 < factor < 1 and abs(1 / factor - round(1 / factor)) < 1e-4:
        return Binary("/", loss, Number(round(1 / factor)))
    return Binary("*", Number(int(factor) if float(factor).is_integer() else factor), loss)


def _sum_of_losses(one: Step, other: Step) -> Step:
    first, second = one.action, other.action
    assert isinstance(first, Backward)
    assert isinstance(second, Backward)
    return replace(without_expectations(one), action=replace(first, of=(*first.of, *second.of), gradient=()), written=None)
