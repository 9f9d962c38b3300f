"""Compares one call with one step: the same state (`matched`), the right effect on a wrong state (`carried`), or `wrong`.

Where the two traces do not show the effect, a replay does: the step, performed on the student's state. A step that cannot be
replayed is `wrong`; while its replay is still to come, the call counts as `carried`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Literal, TypeAlias

from grader.marking.call_groups import CallGroup
from grader.marking.ignored import state_without, without_ignored
from grader.marking.values import Rules, agree, close, is_zero, same_state, unchanged
from grader.records.trace import State, TensorValue

Effect: TypeAlias = Literal["matched", "carried", "wrong"]


class Waiting(Enum):
    """In the place of the state that a replay left: it is not known yet."""

    FOR_REPLAY = 0


# The state that the step with this index leaves when it is performed on this state; None if it cannot be replayed.
Replay: TypeAlias = Callable[[int, State], State | Waiting | None]


def effect_of(
    step: CallGroup,
    call: CallGroup,
    rules: Rules,
    raises: str | None,
    replay: Replay,
    ignored: frozenset[str] = frozenset(),
) -> Effect:
    """The effect of a call, compared with a step of the same kind. `raises` is text of the error that the step must raise.

    `ignored`: the leaves whose gradient is not compared; the step has none of them.
    """
    if ignored:
        replay = _replay_without(ignored, call.before, replay)
        call = without_ignored(call, ignored)
    if not _raised_as_expected(call, raises):
        return "wrong"
    if same_state(call.after, step.after, step.touched | call.touched, rules):
        return "matched"
    if _right_effect(step, call, rules, replay):
        return "carried"
    return "wrong"


def _replay_without(ignored: frozenset[str], before: State, replay: Replay) -> Replay:
    """The replay begins with the student's whole state; its answer has no ignored gradients."""

    def replayed(step: int, _: State) -> State | Waiting | None:
        found = replay(step, before)
        return found if found is None or isinstance(found, Waiting) else state_without(found, ignored)

    return replayed


def joined(calls: tuple[CallGroup, ...]) -> CallGroup:
    """Consecutive edits or in-place updates as one group."""
    first, last = calls[0], calls[-1]
    if first is last:
        return first
    return CallGroup(
        first.kind,
        tuple(member for group in calls for member in group.members),
        tuple(call for group in calls for call in group.calls),
        frozenset().union(*(group.touched for group in calls)),
        first.before,
        last.after,
    )


def _raised_as_expected(call: CallGroup, raises: str | None) -> bool:
    if call.raised is None or raises is None:
        return call.raised is None and raises is None
    return raises in call.raised.message


def _right_effect(step: CallGroup, call: CallGroup, rules: Rules, replay: Replay) -> bool:
    if step.kind == "zero":
        return _was_reset(step, call, rules)
    if step.kind == "backward" and _same_values(step, call, rules):
        if _added_the_contribution(step, call, rules):
            return True
        if _has_equal_values(step, call):  # otherwise a contribution may differ by more than the values do
            return False
    if _is_step_of_unaltered_optimizer(step, call):
        return True
    if step.kind != "backward" and same_state(call.before, step.before, frozenset(step.before), rules):
        return False
    replayed = replay(step.members[-1], call.before)
    if isinstance(replayed, Waiting):
        return True
    return replayed is not None and same_state(call.after, replayed, step.touched | call.touched, rules)


def _is_step_of_unaltered_optimizer(step: CallGroup, call: CallGroup) -> bool:
    """Did PyTorch compute this update with the exercise's own optimizer? Then it is right for the gradients that it has seen."""
    name = step.calls[0].optimizer
    return (
        step.is_step and bool(name) and all(each.optimizer == name and each.is_step and not each.altered for each in call.calls)
    )


def _was_reset(step: CallGroup, call: CallGroup, rules: Rules) -> bool:
    """Do the leaves end as the step leaves them, whatever was in them before, and did nothing else change?"""
    for name in step.touched | call.touched:
        before, after = call.before[name], call.after[name]
        if name not in step.touched:
            if not unchanged(before, after):
                return False
        elif not agree(after.value, before.value, rules) or not _reset_like_step(step, call, name, rules):
            return False
    return True


def _reset_like_step(step: CallGroup, call: CallGroup, name: str, rules: Rules) -> bool:
    """Is this gradient reset as the step would reset it? A step that found None and left None allows None and zeros."""
    grad = call.after[name].grad
    if rules.none_is_zero or (step.before[name].grad is None and step.after[name].grad is None):
        return is_zero(grad)
    if step.after[name].grad is None or call.before[name].grad is None:
        return grad is None
    return grad is not None and is_zero(grad) and grad.shape == call.after[name].value.shape


def _same_values(step: CallGroup, call: CallGroup, rules: Rules) -> bool:
    """Are the values of all leaves the expected ones, before the call and after it?"""
    return all(
        agree(call.before[name].value, leaf.value, rules) and agree(call.after[name].value, step.after[name].value, rules)
        for name, leaf in step.before.items()
    )


def _has_equal_values(step: CallGroup, call: CallGroup) -> bool:
    return all(call.before[name].value == leaf.value for name, leaf in step.before.items())


def _added_the_contribution(step: CallGroup, call: CallGroup, rules: Rules) -> bool:
    return all(_added_to_leaf(step, call, name, rules) for name in step.touched | call.touched)


def _added_to_leaf(step: CallGroup, call: CallGroup, name: str, rules: Rules) -> bool:
    """Is the student's gradient equal to what it was before, plus what the step adds?"""
    if name not in step.touched:
        return unchanged(call.before[name], call.after[name])
    expected, observed = step.after[name].grad, call.after[name].grad
    if expected is None or observed is None:
        return agree(observed, expected, rules)
    if (observed.shape, observed.dtype, observed.device) != (expected.shape, expected.dtype, expected.device):
        return False
    rtol, atol = rules.limits(expected.dtype)
    befores = zip(
        _gradient_numbers(step.before[name].grad, expected), _gradient_numbers(call.before[name].grad, expected), strict=True
    )
    for (old, start), new, end in zip(befores, expected.data, observed.data, strict=True):
        # Float sums are as exact as the largest number in them.
        slack = atol + rtol * max(abs(old), abs(new), abs(start))
        if not close(end, start + (new - old), 0.0, slack):
            return False
    return True


def _gradient_numbers(grad: TensorValue | None, like: TensorValue) -> tuple[float, ...]:
    """The numbers of a gradient; zeros for None and for another size than that of `like`."""
    if grad is None or len(grad.data) != len(like.data):
        return (0.0,) * len(like.data)
    return grad.data
