"""Between which lines a missing step belongs, and whether a line written there would run in its place and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeAlias

from grader.diagnosis.edits import edits_between, partners
from grader.records.exercise import Step
from grader.records.trace import Call

Calls: TypeAlias = Mapping[int, Call]
LinesAround: TypeAlias = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class InsertionPoint:
    """The lines around a missing step; None where nothing comes before, or after.

    Where they run more often than the step is missing, one of them is None if a line beside the other would be right
    each time that it runs, perhaps `taken_from` the line on which the step is now; if there is no such place, or nothing
    follows, the step belongs there only `once`.
    """

    between: LinesAround
    once: bool = False
    taken_from: int | None = None


def insertion_point(step: Step, place: int, right: Sequence[Step], wrong: Sequence[Step], calls: Calls) -> InsertionPoint:
    """Where `step` of the right program is missing: before the step at `place` of the wrong one.

    `calls` are the student's, by the index of the step of the wrong program that each stands for. Of calls in a function
    of the student's own the lines in it count, unless the step belongs between two calls of that function.
    """
    before, after = neighbours(place, calls)
    is_inside = before is None or after is None or before.called_from == after.called_from
    between = _line(before), _line(after)
    for line_of in (_line,) if is_inside else (_line, _line_outside):
        between = line_of(before), line_of(after)
        lines = {index: line_of(call) for index, call in calls.items()}
        is_plain = not step.is_call or not _runs_again(between, list(lines.values()))
        if is_plain and (is_inside or line_of is _line_outside):
            return InsertionPoint(between, once=after is None)
        if step.is_call and (found := _beside(between, step, right, _done(right, wrong, lines, step))):
            return found
    return InsertionPoint(between, once=True)


def is_missed(step: Step, right: Sequence[Step]) -> bool:
    """Would the program be another without this step, in all its passes?"""
    return not _is_asked([each for each in right if each.is_call and not _are_one(each, step)], right)


def neighbours(place: int, calls: Calls) -> tuple[Call | None, Call | None]:
    """The calls right before and right after a place in the wrong program."""
    before = max((index for index in calls if index < place), default=None)
    after = min((index for index in calls if index >= place), default=None)
    return None if before is None else calls[before], None if after is None else calls[after]


def _line(call: Call | None) -> int | None:
    return None if call is None else call.line


def _line_outside(call: Call | None) -> int | None:
    return None if call is None else call.called_from or call.line


def _in_order(between: LinesAround) -> bool:
    before, after = between
    return before is None or after is None or before < after


def _runs_again(between: LinesAround, lines: Sequence[int | None]) -> bool:
    """Does one of the lines stand in a loop, as far as the calls show it?"""
    return not _in_order(between) or any(line is not None and lines.count(line) > 1 for line in between)


@dataclass(frozen=True, slots=True)
class _Done:
    """The right program without what is missing, each call with the line that the student has it on.

    `extra` are the lines of calls that the student has too much: those lines run more often than is seen here.
    """

    calls: Sequence[tuple[Step, int | None]]
    extra: Collection[int | None]


def _done(right: Sequence[Step], wrong: Sequence[Step], lines: Mapping[int, int | None], missing: Step) -> _Done:
    edits = edits_between(right, wrong)
    gone = {edit.right for edit in edits if edit.what in ("left-out", "moved") and _are_one(right[edit.right], missing)}
    line_of = {old: lines.get(new) for new, old in partners(right, wrong, edits).items()}
    calls = [(step, line_of.get(index)) for index, step in enumerate(right) if step.is_call and index not in gone]
    extra = [edit for edit in edits if edit.what == "put-in" or (edit.what == "moved" and edit.right not in gone)]
    return _Done(calls, {lines.get(edit.wrong) for edit in extra})


def _beside(between: LinesAround, step: Step, right: Sequence[Step], done: _Done) -> InsertionPoint | None:
    """The line, or both lines, beside which the step would be as asked each time that it runs there."""
    before, after = between
    there = {line for each, line in done.calls if _are_one(each, step)}
    elsewhere = replace(done, calls=[(each, line) for each, line in done.calls if not _are_one(each, step)])
    for program, taken_from in ((done, None), *((elsewhere, line) for line in there if len(there) == 1)):
        is_before = _helps(program, step, after, 0, right)
        is_after = _helps(program, step, before, 1, right)
        if is_before and is_after and _in_order(between):
            return InsertionPoint(between, False, taken_from)
        if is_before or is_after:
            return InsertionPoint((None, after) if is_before else (before, None), False, taken_from)
    return None


def _helps(done: _Done, step: Step, line: int | None, side: int, right: Sequence[Step]) -> bool:
    """Is the program as asked with the step on a line of its own, before (side 0) or after (side 1) each run of `line`?"""
    if line is None or line in done.extra:
        return False
    return all(_is_asked(program, right) for program in _written_in(done.calls, step, line, side))


def _written_in(done: Sequence[tuple[Step, int | None]], step: Step, line: int, side: int) -> Iterator[list[Step]]:
    """Calls in a row on one line may be one run of it or several: each reading is another program."""
    for runs in (_runs(done), [([each], at) for each, at in done]):
        program: list[Step] = []
        for steps, at in runs:
            here = [step] if at == line else []
            program += [*steps, *here] if side else [*here, *steps]
        yield program


def _runs(done: Iterable[tuple[Step, int | None]]) -> list[tuple[list[Step], int | None]]:
    """The calls of each run of a line; a step that comes again on its own line is another run."""
    runs: list[tuple[list[Step], int | None]] = []
    for step, line in done:
        if runs and runs[-1][1] == line and not any(_are_one(step, each) for each in runs[-1][0]):
            runs[-1][0].append(step)
        else:
            runs.append(([step], line))
    return runs


def _is_asked(program: Sequence[Step], right: Sequence[Step]) -> bool:
    pairs = zip_longest(_in_short(program), _in_short([step for step in right if step.is_call]))
    return all(one is not None and other is not None and _are_one(one, other) for one, other in pairs)


def _in_short(program: Sequence[Step]) -> list[Step]:
    """A reset twice in a row is one, and one that nothing comes before is none unless it would raise there."""
    short: list[Step] = []
    for step in program:
        if step.verb == "zero" and (_are_one(step, short[-1]) if short else not step.needs_grad):
            continue
        short.append(step)
    return short


def _are_one(one: Step, other: Step) -> bool:
    """The same step as written, in whatever pass, or another that does the same."""
    return (one.number == other.number and bool(one.number)) or (one.verb, one.action) == (other.verb, other.action)
