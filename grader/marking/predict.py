"""Predictions: what the student says each step leaves, entry by entry, beside what the reference run left.

The function returns a list with one entry per step that has an `expect` or `raises`, in the order performed: a dict by
name, or the bare value where the exercise only ever asks for one name. A number may stand for a tensor of one element,
nested lists for any tensor, an exception's class for a step that raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.marking.ending import error_of, verdict
from grader.marking.points import scaled, scores_out_of
from grader.marking.score import total
from grader.marking.values import close, is_zero
from grader.records.exercise import Exercise, Step
from grader.records.grade import Grade, GradeRow
from grader.records.trace import ExceptionClass, PerformedStep, ReferenceRun, TensorValue, Trace, Value

RTOL, ATOL = 1e-3, 1e-6


def asked(exercise: Exercise) -> tuple[int, ...]:
    """The indices of the steps that an answer has an entry for."""
    return tuple(index for index, step in enumerate(exercise.steps) if step.expect or step.raises is not None)


def grade(exercise: Exercise, right: ReferenceRun, observed: Trace) -> Grade:
    """A point for each right entry; an entry too many costs one."""
    answer = observed.ending.returned if observed.ending.how == "returned" else ()
    entries = answer if isinstance(answer, tuple) else ()
    indices = asked(exercise)
    alone = _asks_for_one_name(exercise)
    rows = [_row(exercise, index, right.steps[index], _entry(entries, place), alone) for place, index in enumerate(indices)]
    extra = [GradeRow("answer", "unexpected", observed=_named(entry, "answer")) for entry in entries[len(indices) :]]
    score = total([*rows, *extra], Fraction(len(indices)), len(extra), ended=observed.ending.how == "returned")
    return Grade(
        verdict(exercise, (observed,), faultless=score.faultless),
        scaled(score.points, score.full, exercise),
        scores_out_of(exercise, score.full),
        (*rows, *extra),
        *error_of(exercise, (observed,)),
    )


def same_answer(answer: Value, right: Value, *, none_is_zero: bool = False) -> bool:
    """Does an answer say what the reference run gave?"""
    if none_is_zero and _empty(answer) and _empty(right):
        return True
    if isinstance(right, TensorValue):
        return _same_tensor(answer, right)
    if _is_number(right):
        return _same_tensor(answer, TensorValue((), "float64", "cpu", (float(right),)))  # type: ignore[arg-type]
    if isinstance(right, tuple):
        return isinstance(answer, tuple) and len(answer) == len(right) and all(map(same_answer, answer, right))
    return type(answer) is type(right) and answer == right


def _entry(entries: Sequence[Value], place: int) -> tuple[Value, ...]:
    """The entry at this place, or nothing: None is an answer."""
    return tuple(entries[place : place + 1])


def _asks_for_one_name(exercise: Exercise) -> bool:
    return len({each.text for step in exercise.steps for each in step.expect}) == 1


def _row(exercise: Exercise, index: int, done: PerformedStep, entry: tuple[Value, ...], alone: bool) -> GradeRow:
    step = exercise.steps[index]
    expected = _expected(step, done)
    if not entry:
        return GradeRow("step", "missing", index, max_points=1.0, expected=expected)
    name = next(iter(expected)) if alone or step.raises is not None else "answer"
    observed = _named(entry[0], name)
    differs = tuple(each for each in {**expected, **observed} if not _same(exercise, each, expected, observed))
    points = 0.0 if differs else 1.0
    return GradeRow("step", "wrong" if differs else "matched", index, (), points, 1.0, expected, observed, differs)


def _same(exercise: Exercise, name: str, expected: Mapping[str, Value], observed: Mapping[str, Value]) -> bool:
    if name not in expected or name not in observed:
        return False
    return same_answer(observed[name], expected[name], none_is_zero=exercise.none_is_zero)


def _expected(step: Step, done: PerformedStep) -> Mapping[str, Value]:
    if step.raises is not None:
        return {"raises": ExceptionClass(done.raised.type if done.raised else "")}
    return dict(zip((each.text for each in step.expect), done.values, strict=True))


def _named(entry: Value, name: str) -> Mapping[str, Value]:
    return entry if isinstance(entry, Mapping) else {name: entry}


def _same_tensor(answer: Value, right: TensorValue) -> bool:
    shape, numbers = _flat(answer)
    if numbers is None or len(numbers) != len(right.data):
        return False
    if shape != right.shape and not (shape == () and len(right.data) == 1) and not (right.shape == () and shape == (1,)):
        return False
    return all(close(one, other, RTOL, ATOL) for one, other in zip(numbers, right.data, strict=True))


def _flat(answer: Value) -> tuple[tuple[int, ...], tuple[float, ...] | None]:
    """Shape and numbers of a number, a tensor or nested lists; no numbers for anything else."""
    if isinstance(answer, TensorValue):
        return answer.shape, answer.data
    if _is_number(answer):
        return (), (float(answer),)  # type: ignore[arg-type]
    if not isinstance(answer, tuple):
        return (), None
    inner = [_flat(item) for item in answer]
    shapes = {shape for shape, _ in inner}
    if len(shapes) > 1 or any(numbers is None for _, numbers in inner):
        return (), None
    below = shapes.pop() if shapes else ()
    return (len(answer), *below), tuple(number for _, numbers in inner for number in numbers or ())


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _empty(value: Value) -> bool:
    if value is None or isinstance(value, TensorValue):
        return is_zero(value)
    _, numbers = _flat(value)
    return numbers is not None and not any(numbers)
