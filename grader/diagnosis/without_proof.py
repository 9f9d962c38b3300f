"""Findings that are not proven by a wrong program: what the traces alone show, or only the first row that is not right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.marking.frozen import REQUIRES_GRAD
from grader.marking.values import difference_of_values, rules_of
from grader.records.exercise import Exercise, RequiresGrad
from grader.records.finding import Finding
from grader.records.grade import Grade, GradeRow
from grader.records.result import NOT_RIGHT
from grader.records.trace import ReferenceRun, TensorValue, Trace, Value


def first_wrong_row(misconception: str | None, grade: Grade, *, proven: bool = False) -> Finding:
    """A finding that points at the first row that is not right."""
    place = next((place for place, row in enumerate(grade.rows) if row.status in NOT_RIGHT), len(grade.rows))
    rest = grade.rows[place:]
    last = next((row.call for row in reversed(grade.rows) if row.call), None)
    call = next((row.call for row in rest if row.call), None if rest and rest[0].kind == "returns" else last)
    return Finding(
        (misconception,) if misconception else (),
        "fact" if misconception else "alignment",
        call.line if call else None,
        call.called_from if call else None,
        proven=proven,
        expected=rest[0].expected if rest else {},
        observed=rest[0].observed if rest else {},
    )


def with_own_data_only(grade: Grade) -> Finding:
    """Right with the data in the file, wrong with those of a variant. It points at the error, or at the loss of the call."""
    found = first_wrong_row("hard-coded", grade)
    call = next((row.call for row in grade.rows if row.kind == "variant"), None)
    line = (grade.error and grade.error.line) or (call and call.loss_line) or found.line
    return replace(found, line=line, called_from=None)


def is_hard_coded(grade: Grade, traces: Sequence[Trace]) -> bool:
    """Right only with the numbers in the file, because every case leaves the same numbers."""
    if not grade.only_visible or len(traces) < 2 or not traces[0].calls:
        return False
    left = [[{name: leaf.grad for name, leaf in call.after.items()} for call in trace.calls] for trace in traces]
    holds_something = any(grad is not None for state in left[0] for grad in state.values())
    return holds_something and all(each == left[0] for each in left[1:])


def breaks_only_rules(grade: Grade) -> bool:
    """Is everything right but `uses` or `forbids`?"""
    not_right = [row for row in grade.rows if row.status in NOT_RIGHT]
    return bool(not_right) and grade.error is None and all(row.kind == "rule" for row in not_right)


def not_frozen(exercise: Exercise, grade: Grade, traces: Sequence[Trace]) -> Finding | None:
    """The finding if everything is right, but a leaf that should be frozen still requires grad."""
    wrong = [place for place, row in enumerate(grade.rows) if row.status in NOT_RIGHT]
    if not wrong or grade.error is not None or not all(_is_frozen_row(grade.rows[place], exercise) for place in wrong):
        return None
    first = grade.rows[wrong[0]]
    still = {name.removesuffix(REQUIRES_GRAD) for name in first.differs if first.observed[name] is True}
    if not still:
        return None
    line = next((each.line for each in traces[0].facts if each.name == "leaf-detached" and each.leaf in still), None)
    before, after = ([row.call.line for row in rows if row.call] for rows in (grade.rows[: wrong[0]], grade.rows[wrong[0] :]))
    between = (before[-1] if before else None, after[0] if after else None)
    return Finding(
        ("not-frozen",),
        "fact",
        line,
        between=None if line is not None else between,
        proven=True,
        expected=first.expected,
        observed=first.observed,
    )


def _is_frozen_row(row: GradeRow, exercise: Exercise) -> bool:
    return row.kind == "step" and row.step is not None and isinstance(exercise.steps[row.step].action, RequiresGrad)


def is_packed(exercise: Exercise, expected: Sequence[ReferenceRun], grade: Grade, traces: Sequence[Trace]) -> bool:
    """Is only the returned value wrong, and is it a tuple or a list that holds nothing but the answer, in every case?"""
    if any(row.status in NOT_RIGHT and row.kind != "returns" for row in grade.rows):
        return False
    pairs = [(trace.ending.returned, run.returned) for trace, run in zip(traces, expected, strict=False)]
    return all(
        isinstance(returned, tuple)
        and len(returned) == 1
        and difference_of_values(returned[0], answer, rules_of(exercise)) is None
        for returned, answer in pairs
    )


def confuses_none_and_zero(grade: Grade, is_explained: bool) -> bool:
    """Are the answers to a prediction right, except for None in place of 0, or 0 in place of None?

    If a wrong program explains all answers, only the first wrong one counts.
    """
    wrong = [row for row in grade.rows if row.status in NOT_RIGHT][: 1 if is_explained else None]
    pairs = [(row.expected.get(name), row.observed.get(name, True)) for row in wrong for name in row.differs]
    return bool(pairs) and all(row.differs for row in wrong) and all(_are_none_and_zero(*pair) for pair in pairs)


def _are_none_and_zero(one: Value, other: Value) -> bool:
    return (one is None and _is_zero(other)) or (other is None and _is_zero(one))


def _is_zero(value: Value) -> bool:
    match value:
        case TensorValue(data=data):
            return not any(data)
        case bool():
            return False
        case int() | float():
            return value == 0
        case tuple():
            return bool(value) and all(map(_is_zero, value))
    return False


def nothing_was_called(traces: Sequence[Trace]) -> bool:
    """Is there neither a call nor a fact, which would be an attempt at a call?"""
    return not any(trace.calls or trace.facts for trace in traces)
