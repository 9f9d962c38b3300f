"""Between which lines a missing step belongs, and whether a line written there would run exactly where it is expected."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeAlias

from grader.diagnosis.edits import ProgramEdits, what_it_does
from grader.diagnosis.mutations.program import LONG
from grader.records.exercise import Step
from grader.records.trace import Call

Calls: TypeAlias = Mapping[int, Call]
LinesAround: TypeAlias = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class InsertionPoint:
    """The lines around a missing step; None if no call comes before it, or after it.

    The lines may run more often than the step is missing. Then one of them is None if a line beside the other is right
    each time that it runs; the step may have to be `taken_from` its present line for that. If there is no such place, or
    if nothing follows, the step belongs there only `once`.
    """

    between: LinesAround
    once: bool = False
    taken_from: int | None = None


class InsertionPoints:
    """Finds where steps of the right program are missing among a student's calls. What is found is kept.

    `calls` are the student's calls, by the index of their step in the wrong program. If they are inside a function that
    the student calls, the lines in that function count, unless the step belongs between two calls of the function.
    """

    def __init__(self, program: ProgramEdits, calls: Calls) -> None:
        self.program, self.calls = program, calls
        self._order = sorted(calls)
        self._found: dict[tuple[object, ...], InsertionPoint] = {}

    def neighbours(self, place: int) -> tuple[Call | None, Call | None]:
        """The calls right before and right after a place in the wrong program."""
        at = bisect_left(self._order, place)
        before = self.calls[self._order[at - 1]] if at else None
        return before, self.calls[self._order[at]] if at < len(self._order) else None

    def of(self, step: Step, place: int) -> InsertionPoint:
        """Where `step` of the right program is missing: before the step at `place` of the wrong one."""
        before, after = self.neighbours(place)
        key = (_key(step, self.program.right), *map(_lines, (before, after)))
        if key not in self._found:
            self._found[key] = self._insertion_point(step, before, after)
        return self._found[key]

    def _insertion_point(self, step: Step, before: Call | None, after: Call | None) -> InsertionPoint:
        is_inside = before is None or after is None or before.called_from == after.called_from
        between = _line_inside(before), _line_inside(after)
        for line_of in (_line_inside,) if is_inside else (_line_inside, _line_outside):
            between = line_of(before), line_of(after)
            lines = {index: line_of(call) for index, call in self.calls.items()}
            is_plain = not step.is_call or not _runs_again(between, list(lines.values()))
            if is_plain and (is_inside or line_of is _line_outside):
                return InsertionPoint(between, once=after is None)
            if step.is_call and (
                found := _beside(between, step, self.program.right, _student_program(self.program, lines, step))
            ):
                return found
        return InsertionPoint(between, once=True)


def _key(step: Step, right: Sequence[Step]) -> tuple[object, ...]:
    """Equal for steps that are missing at the same lines. In a long program, for all passes of a step."""
    return (step.number,) if step.number and len(right) > LONG else (step.number, *what_it_does(step))


def _lines(call: Call | None) -> tuple[int | None, int | None] | None:
    return None if call is None else (call.line, call.called_from)


class MissedSteps:
    """Would the right program differ without a step in all its passes?"""

    def __init__(self, right: Sequence[Step]) -> None:
        self.right = right
        self._found: dict[tuple[object, ...], bool] = {}

    def has(self, step: Step) -> bool:
        key = _key(step, self.right)
        if key not in self._found:
            others = [each for each in self.right if each.is_call and not _are_same_step(each, step)]
            self._found[key] = not _is_expected(others, self.right)
        return self._found[key]


def _line_inside(call: Call | None) -> int | None:
    return None if call is None else call.line


def _line_outside(call: Call | None) -> int | None:
    return None if call is None else call.called_from or call.line


def _in_order(between: LinesAround) -> bool:
    before, after = between
    return before is None or after is None or before < after


def _runs_again(between: LinesAround, lines: Sequence[int | None]) -> bool:
    """Is one of the lines in a loop, as far as the calls show it?"""
    return not _in_order(between) or any(line is not None and lines.count(line) > 1 for line in between)


@dataclass(frozen=True, slots=True)
class _StudentProgram:
    """The right program without the missing step, each call with its line in the student's file.

    `extra` are the lines of unexpected calls: these lines run more often than `calls` shows.
    """

    calls: Sequence[tuple[Step, int | None]]
    extra: Collection[int | None]


def _student_program(program: ProgramEdits, lines: Mapping[int, int | None], missing: Step) -> _StudentProgram:
    right, edits = program.right, program.edits
    gone = {edit.right for edit in edits if edit.what in ("left-out", "moved") and _are_same_step(right[edit.right], missing)}
    line_of = {old: lines.get(new) for new, old in program.partners.items()}
    calls = [(step, line_of.get(index)) for index, step in enumerate(right) if step.is_call and index not in gone]
    extra = [edit for edit in edits if edit.what == "put-in" or (edit.what == "moved" and edit.right not in gone)]
    return _StudentProgram(calls, {lines.get(edit.wrong) for edit in extra})


def _beside(between: LinesAround, step: Step, right: Sequence[Step], student: _StudentProgram) -> InsertionPoint | None:
    """The line, or both lines, beside which the step is right each time that it runs."""
    before, after = between
    there = {line for each, line in student.calls if _are_same_step(each, step)}
    elsewhere = replace(student, calls=[(each, line) for each, line in student.calls if not _are_same_step(each, step)])
    for program, taken_from in ((student, None), *((elsewhere, line) for line in there if len(there) == 1)):
        is_before = _helps(program, step, after, 0, right)
        is_after = _helps(program, step, before, 1, right)
        if is_before and is_after and _in_order(between):
            return InsertionPoint(between, False, taken_from)
        if is_before or is_after:
            return InsertionPoint((None, after) if is_before else (before, None), False, taken_from)
    return None


def _helps(student: _StudentProgram, step: Step, line: int | None, side: int, right: Sequence[Step]) -> bool:
    """Is the program right with the step on a line of its own, before (side 0) or after (side 1) each run of `line`?"""
    if line is None or line in student.extra:
        return False
    return all(_is_expected(program, right) for program in _with_step_on_line(student.calls, step, line, side))


def _with_step_on_line(calls: Sequence[tuple[Step, int | None]], step: Step, line: int, side: int) -> Iterator[list[Step]]:
    """The programs with the step on that line. Calls in a row on one line may be one run of it or several: both are tried."""
    for runs in (_runs_of_lines(calls), [([each], at) for each, at in calls]):
        program: list[Step] = []
        for steps, at in runs:
            here = [step] if at == line else []
            program += [*steps, *here] if side else [*here, *steps]
        yield program


def _runs_of_lines(calls: Iterable[tuple[Step, int | None]]) -> list[tuple[list[Step], int | None]]:
    """The calls of each run of a line. A step that comes again on its line begins another run."""
    runs: list[tuple[list[Step], int | None]] = []
    for step, line in calls:
        if runs and runs[-1][1] == line and not any(_are_same_step(step, each) for each in runs[-1][0]):
            runs[-1][0].append(step)
        else:
            runs.append(([step], line))
    return runs


def _is_expected(program: Sequence[Step], right: Sequence[Step]) -> bool:
    pairs = zip_longest(_without_idle_resets(program), _without_idle_resets([step for step in right if step.is_call]))
    return all(one is not None and other is not None and _are_same_step(one, other) for one, other in pairs)


def _without_idle_resets(program: Sequence[Step]) -> list[Step]:
    """Two equal resets in a row count as one. A reset at the start does not count, unless it would raise an error there."""
    short: list[Step] = []
    for step in program:
        if step.verb == "zero" and (_are_same_step(step, short[-1]) if short else not step.needs_grad):
            continue
        short.append(step)
    return short


def _are_same_step(one: Step, other: Step) -> bool:
    """Are they passes of the same written step, or do they do the same?"""
    return (one.number == other.number and bool(one.number)) or what_it_does(one) == what_it_does(other)
