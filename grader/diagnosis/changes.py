"""The edits from the right program to a proven wrong one, each with its place in the student's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.diagnosis.edits import StepEdit, edits_between, partners, what_it_does
from grader.diagnosis.insertion_points import Calls, insertion_point, is_missed, neighbours
from grader.records.exercise import Backward, Let, Step
from grader.records.finding import Change
from grader.records.grade import Grade
from grader.records.trace import Call


def changes(right: Sequence[Step], wrong: Sequence[Step], passed: Grade) -> tuple[Change, ...]:
    """Every edit from `right` to `wrong` with its line. `passed` is the grade that the trace gets for the wrong program."""
    edits = [edit for edit in edits_between(right, wrong) if not _only_looks(edit, wrong)]
    return tuple(located(edit, right, wrong, passed) for edit in edits)


def _only_looks(edit: StepEdit, wrong: Sequence[Step]) -> bool:
    """Does it only keep the `expect`s of a step that is left out (see `with_same_expectations`)?"""
    return edit.what == "put-in" and wrong[edit.wrong].verb == "look"


def located(edit: StepEdit, right: Sequence[Step], wrong: Sequence[Step], passed: Grade) -> Change:
    """One edit with its line."""
    own = {row.step: row.calls for row in passed.rows if row.step is not None and row.calls}
    change = _change(edit, right, wrong, {step: calls[0] for step, calls in own.items()})
    return replace(change, calls=own.get(edit.wrong, ()) if change.wrong is not None else ())


def _change(edit: StepEdit, right: Sequence[Step], wrong: Sequence[Step], calls: Calls) -> Change:
    old = right[edit.right] if edit.what != "put-in" else None
    new = wrong[edit.wrong] if edit.what != "left-out" else None
    change = _with_insertion_point(Change(edit.what, old, new), edit, right, wrong, calls)
    call = calls.get(edit.wrong)
    if new is None:
        return replace(_at_next_call(change, edit.wrong, calls), some_passes=_is_in_other_passes(edit, right, wrong))
    if call is None:
        return _of_invisible_step(change, edit.wrong, calls)
    if _changes_loss(old, new) and call.loss_line is not None:
        runs = _losses_made_on(call.loss_line, right, wrong, calls)
        return replace(change, call=call, line=call.loss_line, runs=runs)
    outside = call.called_from if edit.what != "changed" and _is_all_of_its_function(call, calls) else None
    change = replace(change, call=call, line=call.line, called_from=call.called_from)
    return replace(change, taken_from=outside or change.taken_from)


def _is_all_of_its_function(call: Call, calls: Calls) -> bool:
    """Is the call all that a function of the student does, and does the student call this function elsewhere too?"""
    inside = [other for other in calls.values() if other.called_from == call.called_from]
    outside = [other for other in calls.values() if other.line == call.line and other.called_from != call.called_from]
    return bool(outside) and all(other.line == call.line for other in inside)


def _losses_made_on(line: int, right: Sequence[Step], wrong: Sequence[Step], calls: Calls) -> tuple[Step, ...]:
    """The expected backwards whose losses the student makes on this line."""
    kept = partners(right, wrong, edits_between(right, wrong))
    return tuple(right[kept[new]] for new, call in sorted(calls.items()) if new in kept and call.loss_line == line)


def _is_in_other_passes(edit: StepEdit, right: Sequence[Step], wrong: Sequence[Step]) -> bool:
    step = right[edit.right]
    there = partners(right, wrong, edits_between(right, wrong)).values()
    return bool(step.loop) and any(right[old].number == step.number for old in there)


def _with_insertion_point(change: Change, edit: StepEdit, right: Sequence[Step], wrong: Sequence[Step], calls: Calls) -> Change:
    """The change with the lines between which its right step belongs: a missing step, or one whose line runs too often."""
    left, place = calls, edit.wrong
    line = _steps_on_its_line(edit.wrong, wrong, calls)
    expected = {new: old for new, old in partners(right, wrong, edits_between(right, wrong)).items() if new in line}
    if change.what == "moved":
        left, place = {index: call for index, call in calls.items() if index not in line}, _right_place(edit, right, wrong)
    elif change.what == "put-in" and expected and is_missed(right[expected[max(expected)]], right):
        left, place = {index: call for index, call in calls.items() if index not in line}, max(expected)
        change = replace(change, right=right[expected[place]])
    if change.right is None or change.what == "changed" or not left:
        return change
    found = insertion_point(change.right, place, right, wrong, left)
    if change.what == "moved" and expected and (found.once or None not in found.between):
        return change
    return replace(change, between=found.between, once=found.once, taken_from=found.taken_from)


def _steps_on_its_line(place: int, wrong: Sequence[Step], calls: Calls) -> set[int]:
    """The steps of the wrong program that are the same as the one at `place`, run by the same line of the student's file."""
    if place not in calls or calls[place].line is None:
        return set()
    at, same = _lines_of(calls[place]), what_it_does(wrong[place])
    return {index for index, call in calls.items() if _lines_of(call) == at and what_it_does(wrong[index]) == same}


def _lines_of(call: Call) -> tuple[int | None, int | None]:
    return call.line, call.called_from


def _at_next_call(change: Change, place: int, calls: Calls) -> Change:
    """A missing step shows in the next call, or in the last call if nothing follows."""
    before, after = neighbours(place, calls)
    next_to = after or before
    return change if next_to is None else replace(change, line=next_to.line, called_from=next_to.called_from)


def _of_invisible_step(change: Change, place: int, calls: Calls) -> Change:
    """A step that is not a call shows in the next call: in the loss of the next backward."""
    before, after = neighbours(place, calls)
    if after is None:
        return change if before is None else replace(change, line=before.line, called_from=before.called_from)
    step = change.wrong or change.right
    line = after.loss_line if step is not None and isinstance(step.action, Let) else None
    return replace(change, call=after, line=line or after.line, called_from=None if line else after.called_from)


def _changes_loss(old: Step | None, new: Step) -> bool:
    return (
        old is not None
        and isinstance(old.action, Backward)
        and isinstance(new.action, Backward)
        and old.action.of != new.action.of
    )


def _right_place(edit: StepEdit, right: Sequence[Step], wrong: Sequence[Step]) -> int:
    """The place in the wrong program where a moved step belongs: after the step that it follows in the right one."""
    for before in reversed(right[: edit.right]):
        for place in reversed(range(len(wrong))):
            if place != edit.wrong and _is_same_step(wrong[place], before):
                return place + 1
    return 0


def _is_same_step(step: Step, right: Step) -> bool:
    """Is it the same step of the same pass? A step that a diagnosis made has no number, so only what it does counts."""
    if step.number and right.loop:
        return (step.verb, step.number, step.loop) == (right.verb, right.number, right.loop)
    return step.verb == right.verb and (step.action == right.action or (step.number == right.number and bool(step.number)))
