"""Predictions: compares the student's answer for each step with the value of the reference run.

The student's function returns a list with one entry for each step that has `expect` or `raises`, in the order of the steps.
An entry is a dict by name, or a plain value if the whole exercise expects one name only. A number is accepted for a tensor
of one element, nested lists for any tensor, an exception class for a step that raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from grader.marking.ending import error_of, verdict_of
from grader.marking.points import scaled, scores_out_of
from grader.marking.score import total_score
from grader.marking.values import as_float, close, is_number, is_zero
from grader.records.exercise import Exercise, Step
from grader.records.grade import Grade, GradeRow
from grader.records.trace import ExceptionClass, PerformedStep, ReferenceRun, TensorValue, Trace, Value

RTOL, ATOL = 1e-3, 1e-6


def answered_steps(exercise: Exercise) -> tuple[int, ...]:
    """The indices of the steps for which the student answers."""
    return tuple(index for index, step in enumerate(exercise.steps) if step.expect or step.raises is not None)


def grade_prediction(exercise: Exercise, right: ReferenceRun, observed: Trace) -> Grade:
    """The grade of a prediction: each right entry earns a point, each additional entry costs one."""
    answer = observed.ending.returned if observed.ending.how == "returned" else ()
    entries = answer if isinstance(answer, tuple) else ()
    indices = answered_steps(exercise)
    one_name = _expects_one_name(exercise)
    rows = [
        _answer_row(exercise, index, right.steps[index], entries[place : place + 1], one_name)
        for place, index in enumerate(indices)
    ]
    extra = [GradeRow("answer", "unexpected", observed=_by_name(entry, "answer")) for entry in entries[len(indices) :]]
    score = total_score([*rows, *extra], Fraction(len(indices)), len(extra), ended=observed.ending.how == "returned")
    return Grade(
        verdict_of(exercise, (observed,), faultless=score.faultless),
        scaled(score.points, score.full, exercise),
        scores_out_of(exercise, score.full),
        (*rows, *extra),
        *error_of(exercise, (observed,)),
    )


def is_same_answer(answer: Value, right: Value, *, none_is_zero: bool = False) -> bool:
    """Does an answer agree with the value of the reference run?"""
    if none_is_zero and _is_none_or_zero(answer) and _is_none_or_zero(right):
        return True
    if isinstance(right, TensorValue):
        return _is_same_tensor(answer, right)
    if is_number(right):
        is_equal = is_number(answer) and answer == right
        return is_equal or _is_same_tensor(answer, TensorValue((), "float64", "cpu", (as_float(right),)))
    if isinstance(right, tuple):
        return isinstance(answer, tuple) and len(answer) == len(right) and all(map(is_same_answer, answer, right))
    return type(answer) is type(right) and answer == right


def _expects_one_name(exercise: Exercise) -> bool:
    return len({each.text for step in exercise.steps for each in step.expect}) == 1


def _answer_row(exercise: Exercise, index: int, performed: PerformedStep, entry: tuple[Value, ...], one_name: bool) -> GradeRow:
    """`entry` has one value, or none if the answer is too short: None is an answer."""
    step = exercise.steps[index]
    expected = _expected_by_name(step, performed)
    if not entry:
        return GradeRow("step", "missing", index, max_points=1.0, expected=expected)
    name = next(iter(expected)) if one_name or step.raises is not None else "answer"
    observed = _by_name(entry[0], name)
    differs = tuple(each for each in {**expected, **observed} if not _is_right(exercise, each, expected, observed))
    points = 0.0 if differs else 1.0
    return GradeRow("step", "wrong" if differs else "matched", index, (), points, 1.0, expected, observed, differs)


def _is_right(exercise: Exercise, name: str, expected: Mapping[str, Value], observed: Mapping[str, Value]) -> bool:
    if name not in expected or name not in observed:
        return False
    return is_same_answer(observed[name], expected[name], none_is_zero=exercise.none_is_zero)


def _expected_by_name(step: Step, performed: PerformedStep) -> Mapping[str, Value]:
    if step.raises is not None:
        return {"raises": ExceptionClass(performed.raised.type if performed.raised else "")}
    return dict(zip((each.text for each in step.expect), performed.values, strict=True))


def _by_name(entry: Value, name: str) -> Mapping[str, Value]:
    return entry if isinstance(entry, Mapping) else {name: entry}


def _is_same_tensor(answer: Value, right: TensorValue) -> bool:
    shape, numbers = _shape_and_numbers(answer)
    if numbers is None or len(numbers) != len(right.data):
        return False
    if shape != right.shape and not (shape == () and len(right.data) == 1) and not (right.shape == () and shape == (1,)):
        return False
    return all(close(one, other, RTOL, ATOL) for one, other in zip(numbers, right.data, strict=True))


def _shape_and_numbers(answer: Value) -> tuple[tuple[int, ...], tuple[float, ...] | None]:
    """Shape and numbers of a number, a tensor or nested lists; None instead of numbers for anything else."""
    if isinstance(answer, TensorValue):
        return answer.shape, answer.data
    if is_number(answer):
        return (), (as_float(answer),)
    if not isinstance(answer, tuple):
        return (), None
    inner = [_shape_and_numbers(item) for item in answer]
    shapes = {shape for shape, _ in inner}
    if len(shapes) > 1 or any(numbers is None for _, numbers in inner):
        return (), None
    below = shapes.pop() if shapes else ()
    return (len(answer), *below), tuple(number for _, numbers in inner for number in numbers or ())


def _is_none_or_zero(value: Value) -> bool:
    if value is None or isinstance(value, TensorValue):
        return is_zero(value)
    _, numbers = _shape_and_numbers(value)
    return numbers is not None and not any(numbers)
