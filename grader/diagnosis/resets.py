"""For a reset of several tensors: which of them it did not reset as expected, and on which line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.expressions.tree import Expr, dotted
from grader.records.exercise import Step, Zero
from grader.records.finding import Change


def tensor_by_tensor(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes of a finding. If they are about one reset only, one change for each tensor that it reset wrongly.

    If a tensor was not reset at all, the reset stays whole: the fix belongs on the line that resets the others.
    """
    whole = next((each for each in changes if each.what == "changed" and _reset(each.right)), None)
    beside = [each for each in changes if each.what == "put-in" and each.right is None]
    resets = [(_reset(each.wrong), each) for each in (whole, *beside) if each is not None]
    if whole is None or whole.right is None or len(changes) != len(resets) or not all(reset for reset, _ in resets):
        return tuple(changes)
    parts = {target: _change_of_target(whole.right, target, resets) for target in _targets(whole.right)}
    if None in parts.values():
        return tuple(changes)
    wrong = [part for part in parts.values() if part and part.wrong and not _is_right(part)]
    return tuple(wrong) or tuple(changes)


def _reset(step: Step | None) -> Zero | None:
    return step.action if step is not None and isinstance(step.action, Zero) else None


def _targets(step: Step) -> tuple[Expr, ...]:
    reset = _reset(step)
    return reset.of if reset else ()


def _change_of_target(right: Step, target: Expr, resets: Sequence[tuple[Zero | None, Change]]) -> Change | None:
    """The change for one of the tensors; None if it was not reset."""
    expected = _only(right, target)
    for reset, change in resets:
        if reset and change.wrong and target in reset.of:
            call = next((each for each in change.calls if dotted(target) in each.touched), change.call)
            part = replace(change, what="changed", right=expected, wrong=_only(change.wrong, target), call=call)
            return replace(part, line=call.line, called_from=call.called_from) if call else part
    return None


def _only(step: Step, target: Expr) -> Step:
    """The reset of one of its tensors."""
    reset, written = step.action, step.as_written
    assert isinstance(reset, Zero)
    assert isinstance(written, Zero)
    part = replace(written, of=(dict(zip(reset.of, written.of, strict=True))[target],))
    return replace(step, action=replace(reset, of=(target,)), written=part, text="")


def _is_right(part: Change) -> bool:
    right, wrong = _reset(part.right), _reset(part.wrong)
    return right is not None and wrong is not None and right.set_to_none == wrong.set_to_none
