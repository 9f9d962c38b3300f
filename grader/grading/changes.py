"""Where in the student's file the differences between the right program and the proven wrong one are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.grading.edits import Edit, edits_between
from grader.records.exercise import Backward, Let, Step
from grader.records.finding import Change
from grader.records.grade import Grade
from grader.records.trace import Call

Calls = Mapping[int, Call]


def changes(right: Sequence[Step], wrong: Sequence[Step], passed: Grade) -> tuple[Change, ...]:
    """Every edit from `right` to `wrong` with its line. `passed` is the mark the trace gets for the wrong program."""
    edits = [edit for edit in edits_between(right, wrong) if not _is_a_look(edit, wrong)]
    return tuple(located(edit, right, wrong, passed) for edit in edits)


def _is_a_look(edit: Edit, wrong: Sequence[Step]) -> bool:
    """Only asks what a step that is left out would have been asked (see `asked_alike`)."""
    return edit.what == "put-in" and wrong[edit.wrong].verb == "look"


def located(edit: Edit, right: Sequence[Step], wrong: Sequence[Step], passed: Grade) -> Change:
    """One edit with its line."""
    calls = {row.step: row.calls[0] for row in passed.rows if row.step is not None and row.calls}
    return _change(edit, right, wrong, calls)


def _change(edit: Edit, right: Sequence[Step], wrong: Sequence[Step], calls: Calls) -> Change:
    old = right[edit.right] if edit.what != "put-in" else None
    if edit.what == "left-out":
        return _left_out(Change(edit.what, old, None), edit.wrong, calls)
    new = wrong[edit.wrong]
    call = calls.get(edit.wrong)
    if call is None:
        return _unseen(Change(edit.what, old, new), edit.wrong, calls)
    line = call.loss_line if _is_about_the_loss(old, new) and call.loss_line is not None else call.line
    called_from = call.called_from if line == call.line else None
    between = _around(_right_place(edit, right, wrong), calls) if edit.what == "moved" else None
    return Change(edit.what, old, new, call, line, called_from, between)


def _left_out(change: Change, place: int, calls: Calls) -> Change:
    before, after = _neighbours(place, calls)
    next_to = after or before
    if next_to is None:
        return change
    return replace(change, line=next_to.line, called_from=next_to.called_from, between=_around(place, calls))


def _unseen(change: Change, place: int, calls: Calls) -> Change:
    """A step that is no call shows in the next one: in the loss of the next backward."""
    before, after = _neighbours(place, calls)
    if after is None:
        return change if before is None else replace(change, line=before.line, called_from=before.called_from)
    step = change.wrong or change.right
    line = after.loss_line if step is not None and isinstance(step.action, Let) else None
    return replace(change, call=after, line=line or after.line, called_from=None if line else after.called_from)


def _is_about_the_loss(old: Step | None, new: Step) -> bool:
    return (
        old is not None
        and isinstance(old.action, Backward)
        and isinstance(new.action, Backward)
        and old.action.of != new.action.of
    )


def _right_place(edit: Edit, right: Sequence[Step], wrong: Sequence[Step]) -> int:
    """Where in the wrong program the moved step belongs: behind the step that it follows in the right one."""
    for before in reversed(right[: edit.right]):
        for place in reversed(range(len(wrong))):
            if place != edit.wrong and _is_the_same(wrong[place], before):
                return place + 1
    return 0


def _is_the_same(step: Step, right: Step) -> bool:
    """The same step of the same pass, right or wrong; of a step that was made up only what it does is known."""
    if step.number and right.loop:
        return (step.verb, step.number, step.loop) == (right.verb, right.number, right.loop)
    return step.verb == right.verb and (step.action == right.action or (step.number == right.number and bool(step.number)))


def _neighbours(place: int, calls: Calls) -> tuple[Call | None, Call | None]:
    before = max((index for index in calls if index < place), default=None)
    after = min((index for index in calls if index >= place), default=None)
    return None if before is None else calls[before], None if after is None else calls[after]


def _around(place: int, calls: Calls) -> tuple[int | None, int | None]:
    before, after = _neighbours(place, calls)
    return before.line if before else None, after.line if after else None
