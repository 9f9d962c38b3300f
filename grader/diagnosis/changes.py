"""The edits from the right program to a proven wrong one, each with its place in the student's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.diagnosis.edits import ProgramEdits, StepEdit, what_it_does
from grader.diagnosis.insertion_points import InsertionPoints, MissedSteps
from grader.records.exercise import Backward, Let, Step
from grader.records.finding import Change
from grader.records.grade import Grade
from grader.records.trace import Call


def changes(program: ProgramEdits, passed: Grade) -> tuple[Change, ...]:
    """Every edit of the program with its line. `passed` is the grade that the trace gets for the wrong program."""
    located = LocatedChanges(program, passed)
    return tuple(located.of(edit) for edit in program.edits if not _only_looks(edit, program.wrong))


def _only_looks(edit: StepEdit, wrong: Sequence[Step]) -> bool:
    """Does it only keep the `expect`s of a step that is left out (see `with_same_expectations`)?"""
    return edit.what == "put-in" and wrong[edit.wrong].verb == "look"


@dataclass(frozen=True, slots=True)
class _Line:
    """The steps of the wrong program that do the same, run by the same line of the student's file.

    `expected` is the last of them that is a step of the right program too, None if there is none. `others` are the calls
    of the other steps.
    """

    expected: int | None
    others: InsertionPoints


class LocatedChanges:
    """Finds edits of a proven wrong program in the student's file. `passed` is the grade that the trace gets for it.

    What is looked up for every edit is found once.
    """

    def __init__(self, program: ProgramEdits, passed: Grade) -> None:
        self.right, self.wrong, self.program = program.right, program.wrong, program
        self.rows = {row.step: row.calls for row in passed.rows if row.step is not None and row.calls}
        self.calls = {step: calls[0] for step, calls in self.rows.items()}
        self.points = InsertionPoints(program, self.calls)
        self.missed = MissedSteps(program.right)
        self._lines: dict[tuple[object, ...], _Line] = {}

    def of(self, edit: StepEdit) -> Change:
        """One edit with its line."""
        change = self._change(edit)
        return replace(change, calls=self.rows.get(edit.wrong, ()) if change.wrong is not None else ())

    def _change(self, edit: StepEdit) -> Change:
        old = self.right[edit.right] if edit.what != "put-in" else None
        new = self.wrong[edit.wrong] if edit.what != "left-out" else None
        change = self._with_insertion_point(Change(edit.what, old, new), edit)
        call = self.calls.get(edit.wrong)
        if new is None:
            return replace(self._at_next_call(change, edit.wrong), some_passes=self._is_in_other_passes(edit))
        if call is None:
            return self._of_invisible_step(change, edit.wrong)
        if _changes_loss(old, new) and call.loss_line is not None:
            runs = self._losses_made_on.get(call.loss_line, ())
            return replace(change, call=call, line=call.loss_line, runs=runs)
        outside = call.called_from if edit.what != "changed" and self._is_all_of_its_function(call) else None
        change = replace(change, call=call, line=call.line, called_from=call.called_from)
        return replace(change, taken_from=outside or change.taken_from)

    def _is_all_of_its_function(self, call: Call) -> bool:
        """Is the call all that a function of the student does, and does the student call this function elsewhere too?"""
        inside, outside = self._lines_in_function[call.called_from], self._callers_of_line[call.line]
        return len(outside) > 1 and inside == {call.line}

    @cached_property
    def _lines_in_function(self) -> Mapping[int | None, set[int | None]]:
        found: dict[int | None, set[int | None]] = {}
        for call in self.calls.values():
            found.setdefault(call.called_from, set()).add(call.line)
        return found

    @cached_property
    def _callers_of_line(self) -> Mapping[int | None, set[int | None]]:
        found: dict[int | None, set[int | None]] = {}
        for call in self.calls.values():
            found.setdefault(call.line, set()).add(call.called_from)
        return found

    @cached_property
    def _losses_made_on(self) -> Mapping[int, tuple[Step, ...]]:
        """For each line, the expected backwards whose losses the student makes on it."""
        found: dict[int, list[Step]] = {}
        for new, call in sorted(self.calls.items()):
            if call.loss_line is not None and new in self.program.partners:
                found.setdefault(call.loss_line, []).append(self.right[self.program.partners[new]])
        return {line: tuple(steps) for line, steps in found.items()}

    def _is_in_other_passes(self, edit: StepEdit) -> bool:
        step = self.right[edit.right]
        return bool(step.loop) and step.number in self._numbers_kept

    @cached_property
    def _numbers_kept(self) -> frozenset[int]:
        return frozenset(self.right[old].number for old in self.program.partners.values())

    def _with_insertion_point(self, change: Change, edit: StepEdit) -> Change:
        """The change with the lines between which its right step belongs: a missing step, or one whose line runs too often."""
        left, place = self.points, edit.wrong
        line = self._line_of(edit.wrong)
        if change.what == "moved":
            left, place = line.others if line else left, self._right_place(edit)
        elif change.what == "put-in" and line and line.expected is not None:
            expected = self.right[self.program.partners[line.expected]]
            if self.missed.has(expected):
                left, place = line.others, line.expected
                change = replace(change, right=expected)
        if change.right is None or change.what == "changed" or not left.calls:
            return change
        found = left.of(change.right, place)
        if change.what == "moved" and line and line.expected is not None and (found.once or None not in found.between):
            return change
        return replace(change, between=found.between, once=found.once, taken_from=found.taken_from)

    def _line_of(self, place: int) -> _Line | None:
        if place not in self.calls or self.calls[place].line is None:
            return None
        key = self._key_of_line(place)
        if key not in self._lines:
            steps = self._steps_on_lines[key]
            there = frozenset(steps)
            others = {index: call for index, call in self.calls.items() if index not in there}
            expected = next((step for step in reversed(steps) if step in self.program.partners), None)
            self._lines[key] = _Line(expected, InsertionPoints(self.program, others))
        return self._lines[key]

    @cached_property
    def _steps_on_lines(self) -> Mapping[tuple[object, ...], list[int]]:
        found: dict[tuple[object, ...], list[int]] = {}
        for index in sorted(self.calls):
            found.setdefault(self._key_of_line(index), []).append(index)
        return found

    def _key_of_line(self, place: int) -> tuple[object, ...]:
        call = self.calls[place]
        return call.line, call.called_from, *what_it_does(self.wrong[place])

    def _at_next_call(self, change: Change, place: int) -> Change:
        """A missing step shows in the next call, or in the last call if nothing follows."""
        before, after = self.points.neighbours(place)
        next_to = after or before
        return change if next_to is None else replace(change, line=next_to.line, called_from=next_to.called_from)

    def _of_invisible_step(self, change: Change, place: int) -> Change:
        """A step that is not a call shows in the next call: in the loss of the next backward."""
        before, after = self.points.neighbours(place)
        if after is None:
            return change if before is None else replace(change, line=before.line, called_from=before.called_from)
        step = change.wrong or change.right
        line = after.loss_line if step is not None and isinstance(step.action, Let) else None
        return replace(change, call=after, line=line or after.line, called_from=None if line else after.called_from)

    def _right_place(self, edit: StepEdit) -> int:
        """The place in the wrong program where a moved step belongs: after the step that it follows in the right one."""
        for index in reversed(range(edit.right)):
            places = [place for key in _keys_of_same_step(self.right[index]) for place in self._last_places.get(key, ())]
            if found := [place for place in places if place != edit.wrong]:
                return max(found) + 1
        return 0

    @cached_property
    def _last_places(self) -> Mapping[tuple[object, ...], list[int]]:
        """The last two places in the wrong program of the same step (see `_keys_of_same_step`)."""
        found: dict[tuple[object, ...], list[int]] = {}
        for place, step in enumerate(self.wrong):
            keys: list[tuple[object, ...]] = [("any", step.verb, step.action)]
            if step.number:
                keys += [("number", step.verb, step.number), ("pass", step.verb, step.number, step.loop)]
            else:
                keys += [("made", step.verb, step.action)]
            for key in keys:
                found[key] = [*found.get(key, ())[-1:], place]
        return found


def _keys_of_same_step(right: Step) -> list[tuple[object, ...]]:
    """The keys of the same step of the same pass. A step that a diagnosis made has no number, so only what it does counts."""
    if right.loop:
        return [("pass", right.verb, right.number, right.loop), ("made", right.verb, right.action)]
    return [("any", right.verb, right.action), ("number", right.verb, right.number)]


def _changes_loss(old: Step | None, new: Step) -> bool:
    return (
        old is not None
        and isinstance(old.action, Backward)
        and isinstance(new.action, Backward)
        and old.action.of != new.action.of
    )
