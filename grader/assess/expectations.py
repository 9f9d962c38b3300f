"""An `expect` entry as its author wrote it, compared with the value that the reference run gave."""

from __future__ import annotations

from collections.abc import Iterator

from grader.errors import Problem
from grader.marking.values import Rules, close
from grader.records.exercise import Expectation, WrittenValue
from grader.records.nesting import in_brackets, nested
from grader.records.trace import TensorValue, Value

# A number with at least so many decimals is compared to the digits that the author wrote.
ROUNDED_FROM = 3


def expectation_problem(expectation: Expectation, value: Value, rules: Rules) -> Problem | None:
    """What is wrong with an `expect` entry; None if the steps leave this value, or if the entry has no value."""
    if not expectation.is_promised:
        return None
    if expectation.value is None or value is None:
        return None if expectation.value is None and value is None else _other_value(expectation, value)
    if not isinstance(value, TensorValue | int | float | tuple):
        message = f"`{expectation.text}` is neither a tensor nor a number."
        return Problem(message, expectation.where, "write the name of a tensor or a number under `expect`")
    if shape_of(expectation.value) != shape_of(value):
        return Problem(
            f"`{expectation.text}` is expected in the wrong shape: {_shape_text(expectation.value)}, "
            f"but the steps give {_shape_text(value)}.",
            expectation.where,
            f"the steps give {written_value(value)}",
        )
    limits = rules.limits(value.dtype if isinstance(value, TensorValue) else "float32")
    pairs = zip(numbers_in(expectation.value), numbers_in(value), strict=True)
    if all(_is_close(expected, given, expectation.digits, limits) for expected, given in pairs):
        return None
    return _other_value(expectation, value)


def shape_of(value: Value | WrittenValue) -> tuple[int, ...] | None:
    """The shape of a tensor, a number or nested lists; None where lists of one level differ in length."""
    if isinstance(value, TensorValue):
        return value.shape
    if not isinstance(value, tuple):
        return ()
    item_shapes = {shape_of(item) for item in value}
    if len(item_shapes) > 1 or None in item_shapes:
        return None
    return (len(value), *(item_shapes.pop() or () if item_shapes else ()))


def numbers_in(value: Value | WrittenValue) -> Iterator[float]:
    """All numbers of a tensor, a number or nested lists, in row-major order."""
    if isinstance(value, TensorValue):
        yield from value.data
    elif isinstance(value, tuple):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, int | float):
        yield float(value)


def written_value(value: Value) -> str:
    """A value as the file would write it: `[4.0]`, `null`."""
    if value is None:
        return "null"
    if isinstance(value, TensorValue):
        return str(nested([_written_number(number) for number in value.data], value.shape, in_brackets))
    if isinstance(value, tuple):
        return f"[{', '.join(map(written_value, value))}]"
    return _written_number(value) if isinstance(value, float) else str(value)


def _other_value(expectation: Expectation, value: Value) -> Problem:
    expected, given = written_value(expectation.value), written_value(value)
    has_nan = any(number != number for number in numbers_in(value))
    return Problem(
        f"`{expectation.text}` is expected to be {expected}, but the steps give another value.",
        expectation.where,
        f"the steps give {given}" + (": choose numbers for which they are defined" if has_nan else ""),
    )


def _is_close(expected: float, given: float, digits: int, limits: tuple[float, float]) -> bool:
    if close(given, expected, *limits):
        return True
    return digits >= ROUNDED_FROM and abs(given - expected) <= 0.5 * 10.0**-digits * (1 + 1e-6)


def _shape_text(value: Value | WrittenValue) -> str:
    shape = shape_of(value)
    return "lists of different lengths" if shape is None else "a single number" if shape == () else str(list(shape))


def _written_number(number: float) -> str:
    text = f"{number:.6g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text
