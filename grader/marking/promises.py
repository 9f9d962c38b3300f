"""An `expect` as its author wrote it, against the value that the reference run gave."""

from __future__ import annotations

from collections.abc import Iterator

from grader.errors import Problem
from grader.marking.values import Rules, close
from grader.records.exercise import Expectation, WrittenValue
from grader.records.nesting import in_brackets, nested
from grader.records.trace import TensorValue, Value

# From so many decimals on a number is taken to the digits written.
ROUNDED_FROM = 3


def problem(promise: Expectation, value: Value, rules: Rules) -> Problem | None:
    """What is wrong with a promise; None if the steps keep it, or if nothing is promised."""
    if not promise.is_promised:
        return None
    if promise.value is None or value is None:
        if promise.value is None and value is None:
            return None
        return _disagrees(promise, value)
    if not isinstance(value, TensorValue | int | float | tuple):
        return Problem(f"`{promise.text}` is neither a tensor nor a number.", promise.where, "expect something else of it")
    if shape(promise.value) != shape(value):
        return Problem(
            f"`{promise.text}` is expected in the wrong shape: {_shape_text(promise.value)}, "
            f"but the steps give {_shape_text(value)}.",
            promise.where,
            f"the steps give {show(value)}",
        )
    limits = rules.limits(value.dtype if isinstance(value, TensorValue) else "float32")
    pairs = zip(numbers(promise.value), numbers(value), strict=True)
    if all(_keeps(float(said), given, promise.digits, limits) for said, given in pairs):
        return None
    return _disagrees(promise, value)


def shape(value: Value | WrittenValue) -> tuple[int, ...] | None:
    """The shape of a tensor, a number or nested lists; None where lists of one level differ in length."""
    if isinstance(value, TensorValue):
        return value.shape
    if not isinstance(value, tuple):
        return ()
    below = {shape(item) for item in value}
    if len(below) > 1 or None in below:
        return None
    return (len(value), *(below.pop() or () if below else ()))


def numbers(value: Value | WrittenValue) -> Iterator[float]:
    """All numbers of a tensor, a number or nested lists, in row-major order."""
    if isinstance(value, TensorValue):
        yield from value.data
    elif isinstance(value, tuple):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, int | float):
        yield float(value)


def show(value: Value) -> str:
    """A value as the file would write it: `[4.0]`, `null`."""
    if value is None:
        return "null"
    if isinstance(value, TensorValue):
        return str(nested([_number(number) for number in value.data], value.shape, in_brackets))
    if isinstance(value, tuple):
        return f"[{', '.join(map(show, value))}]"
    return _number(value) if isinstance(value, float) else str(value)


def _disagrees(promise: Expectation, value: Value) -> Problem:
    said = show(promise.value)
    return Problem(f"`{promise.text}` is expected to be {said}, but the steps give another value.", promise.where, _fix(value))


def _fix(value: Value) -> str:
    if any(number != number for number in numbers(value)):
        return f"the steps give {show(value)}: choose numbers for which they are defined"
    return f"the steps give {show(value)}"


def _keeps(said: float, given: float, digits: int, limits: tuple[float, float]) -> bool:
    if close(given, said, *limits):
        return True
    return digits >= ROUNDED_FROM and abs(given - said) <= 0.5 * 10.0**-digits * (1 + 1e-6)


def _shape_text(value: Value | WrittenValue) -> str:
    found = shape(value)
    return "lists of different lengths" if found is None else "a single number" if found == () else str(list(found))


def _number(number: float) -> str:
    text = f"{number:.6g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text
