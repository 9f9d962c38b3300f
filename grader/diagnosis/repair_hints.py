"""What the grader knows about a file that does not pass, for the rules that make candidates for a fix.

{"function", "parameters", "leaves", "optimizers": names of the exercise
 "names": {the student's name: the exercise's name}
 "lines": suspect lines, the likeliest first
 "causes": misconceptions that are named
 "calls": [{"kind", "line", "leaves"}]: what the function called
 "want": [{"edit", "verb", "of", "text", "causes", and "line" or "after_line" and "before_line"}]: edits to try first, with
         Python in the names of the exercise
 "material": sources of right solutions}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from grader.diagnosis.as_python.fix import LineWriter
from grader.expressions.write import to_text
from grader.records.exercise import Backward, Clip, Exercise, OptimizerStep, RequiresGrad, RetainGrad, Set, Step, Zero
from grader.records.finding import Finding
from grader.records.fix import (
    BackwardNotAssignment,
    Fix,
    Insert,
    InsertInLoop,
    InsertionLines,
    Move,
    OneBackward,
    Remove,
    SeparateBackwards,
    UpdateInPlace,
    UseLosses,
    Write,
)
from grader.records.grade import Grade, GradeRow
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.result import NOT_RIGHT
from grader.records.trace import Trace

MOST_WANTED = 30
MOST_CALLS = 200
MOST_LINES = 30

Want: TypeAlias = dict[str, Any]


def repair_hints(exercise: Exercise, grade: Grade, trace: Trace, findings: Sequence[Finding], leaves: Sequence[str]) -> Want:
    """`trace`: the visible case."""
    return {
        "function": exercise.function,
        "parameters": list(exercise.parameters),
        "leaves": list(leaves),
        "optimizers": list(exercise.setup.optimizers),
        "names": {},
        "lines": list(_suspect_lines(grade, trace, findings))[:MOST_LINES],
        "calls": _calls(trace),
        "want": list(_Wanted(exercise).of(grade, findings))[:MOST_WANTED],
        "causes": [word for each in findings for word in each.misconceptions if not MISCONCEPTIONS[word].is_vague],
        "material": [exercise.reference] if exercise.reference else [],
    }


def _suspect_lines(grade: Grade, trace: Trace, findings: Sequence[Finding]) -> dict[int, None]:
    found: list[int | None] = []
    for finding in findings:
        found += [finding.line, finding.called_from, *(finding.between or ())]
        for change in finding.changes:
            found += [change.line, change.taken_from, *(change.between or ())]
    if grade.error is not None:
        found.append(grade.error.line)
    for row in grade.rows:
        if row.status in NOT_RIGHT:
            found += [line for call in row.calls for line in (call.line, call.loss_line, call.called_from)]
    found += [fact.line for fact in trace.facts]
    found += [line for call in trace.calls for line in (call.line, call.loss_line, call.called_from)]
    return dict.fromkeys(line for line in found if line)


def _calls(trace: Trace) -> list[Want]:
    """Each kind of call on each line once."""
    found = dict.fromkeys((call.kind, call.line, call.touched) for call in trace.calls)
    return [{"kind": kind, "line": line, "leaves": list(leaves)} for kind, line, leaves in list(found)[:MOST_CALLS]]


class _Wanted:
    """The edits that findings and rows ask for, each once."""

    def __init__(self, exercise: Exercise) -> None:
        self._python = LineWriter(exercise)
        self._exercise = exercise
        self._steps = {code: step for step in exercise.steps if step.is_call and (code := self._python.line(step))}

    def of(self, grade: Grade, findings: Sequence[Finding]) -> Iterator[Want]:
        seen: list[Want] = []
        for want in (*self._of_findings(findings), *self._of_rows(grade.rows)):
            bare = {key: value for key, value in want.items() if key != "causes"}
            if bare not in seen:
                seen.append(bare)
                yield want

    def _of_findings(self, findings: Sequence[Finding]) -> Iterator[Want]:
        for finding in findings:
            for fix in finding.fixes:
                for want in self._of_fix(fix):
                    yield want | {"causes": list(finding.misconceptions)}

    def _of_fix(self, fix: Fix) -> Iterator[Want]:
        match fix:
            case Write(code, line):
                yield self._want("replace", code, {"line": line})
            case Insert(code, between):
                yield self._want("insert", code, _gap(between))
            case InsertInLoop(code, _) | UpdateInPlace(code):
                yield self._want("insert", code)
            case Move(code, line, to):
                yield self._want("move", code, {"line": line, **_gap(to)})
            case Remove(what, line, called_from):
                yield {"edit": "delete", "verb": what, "of": [], "text": [], "line": line, "called_from": called_from}
            case UseLosses(losses, line):
                yield {"edit": "replace", "verb": "loss", "of": [], "text": list(losses), "line": line}
            case SeparateBackwards(losses) | BackwardNotAssignment(losses):
                yield {"edit": "replace", "verb": "backward", "of": list(losses), "text": _backwards(losses)}
            case OneBackward(loss):
                yield {"edit": "replace", "verb": "backward", "of": [loss], "text": _backwards([loss])}

    def _of_rows(self, rows: Sequence[GradeRow]) -> Iterator[Want]:
        for place, row in enumerate(rows):
            if row.status not in NOT_RIGHT:
                continue
            lines = list(dict.fromkeys(call.line for call in row.calls if call.line))
            if row.kind == "call":
                for call in row.calls[:1]:
                    yield {"edit": "delete", "verb": call.kind, "of": list(call.touched), "text": [], "line": call.line}
            elif row.step is not None and (code := self._python.line(step := self._exercise.steps[row.step])):
                if not lines:
                    yield self._want("insert", code, _gap(_lines_around(rows, place)), step)
                    continue
                loss_line = row.calls[0].loss_line
                if step.verb == "backward":
                    loss = self._python.loss(step)
                    yield {"edit": "replace", "verb": "loss", "of": [loss], "text": [loss], "line": loss_line or lines[0]}
                yield self._want("replace", code, {"line": lines[0]}, step)

    def _want(self, edit: str, code: str, place: Mapping[str, int | None] | None = None, step: Step | None = None) -> Want:
        step = step or self._steps.get(code)
        of = [] if step is None else list(_what_it_is_about(step))
        return {"edit": edit, "verb": step.verb if step else "", "of": of, "text": [code], **(place or {})}


def _gap(between: InsertionLines) -> dict[str, int | None]:
    return {"after_line": between.before, "before_line": between.after}


def _lines_around(rows: Sequence[GradeRow], place: int) -> InsertionLines:
    """The lines of the last call before a row and of the first call after it."""
    before = next((call.line for row in reversed(rows[:place]) for call in reversed(row.calls) if call.line), None)
    after = next((call.line for row in rows[place + 1 :] for call in row.calls if call.line), None)
    return InsertionLines(before, after)


def _what_it_is_about(step: Step) -> Iterable[str]:
    match step.as_written:
        case Backward(of=of) | Zero(of=of) | Clip(of=of):
            return map(to_text, of)
        case Set(targets=targets):
            return [to_text(target) for target, _ in targets]
        case RequiresGrad(of=targets):
            return [to_text(target) for target, _ in targets]
        case RetainGrad(of=target):
            return [to_text(target)]
        case OptimizerStep(optimizer=name):
            return [name]
    return []


def _backwards(losses: Sequence[str]) -> list[str]:
    return [f"({loss}).backward()" for loss in losses]
