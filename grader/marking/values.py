"""Do two values agree, and if not, what differs?

Shape, dtype and device come before the numbers. A NaN agrees with nothing, an infinity only with itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.records.exercise import Exercise, Tolerance
from grader.records.trace import LeafState, State, TensorValue, Value

DifferenceKind: TypeAlias = Literal["none", "type", "length", "shape", "dtype", "device", "value"]

# (rtol, atol). Exercises use float32; the other dtypes have tolerances as far above their own precision.
_DEFAULTS: Mapping[str, tuple[float, float]] = {
    "float64": (1e-9, 1e-10),
    "complex128": (1e-9, 1e-10),
    "float32": (1e-5, 1e-6),
    "complex64": (1e-5, 1e-6),
    "float16": (5e-3, 1e-4),
    "bfloat16": (4e-2, 1e-3),
}
_EXACT = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs. `index` is the index of the number that is furthest off (`value` only), in a list the item's number."""

    kind: DifferenceKind
    observed: object
    expected: object
    index: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """How an exercise compares: its tolerance, and whether None and zeros count as equal.

    `number_is_tensor`: a Python number that is returned, and a tensor with one element are compared as numbers.
    """

    tolerance: Tolerance = field(default_factory=Tolerance)
    none_is_zero: bool = False
    number_is_tensor: bool = False

    def limits(self, dtype: str) -> tuple[float, float]:
        """rtol and atol for numbers of this dtype; integers and booleans must be equal."""
        rtol, atol = _DEFAULTS.get(dtype, _EXACT)
        own = self.tolerance
        return (rtol if own.rtol is None else own.rtol, atol if own.atol is None else own.atol)


def rules_of(exercise: Exercise) -> Rules:
    """How this exercise compares numbers."""
    return Rules(exercise.tolerance, exercise.none_is_zero, exercise.returns_number)


def close(observed: float, expected: float, rtol: float, atol: float) -> bool:
    """`|observed - expected| <= atol + rtol * |expected|`; infinities only equal themselves, NaN nothing."""
    if observed == expected:
        return True
    if math.isinf(observed) or math.isinf(expected):
        return False
    return abs(observed - expected) <= atol + rtol * abs(expected)


def difference(observed: TensorValue | None, expected: TensorValue | None, rules: Rules) -> Difference | None:
    """What differs between two tensors (or gradients); None if they agree."""
    if observed is None or expected is None:
        return _difference_of_none(observed, expected, rules)
    if observed.shape != expected.shape:
        return Difference("shape", observed.shape, expected.shape)
    if observed.dtype != expected.dtype:
        return Difference("dtype", observed.dtype, expected.dtype)
    if observed.device != expected.device:
        return Difference("device", observed.device, expected.device)
    return _difference_of_tensor_numbers(observed, expected, *rules.limits(expected.dtype))


def _difference_of_tensor_numbers(observed: TensorValue, expected: TensorValue, rtol: float, atol: float) -> Difference | None:
    """The number that is furthest off, of two tensors of one shape; None if all are close."""
    pairs = list(zip(observed.data, expected.data, strict=False))
    off = [place for place, (one, other) in enumerate(pairs) if not close(one, other, rtol, atol)]
    if not off and len(observed.data) == len(expected.data):
        return None
    worst = max(off, key=lambda place: _distance(*pairs[place]), default=len(pairs))
    one, other = pairs[worst] if worst < len(pairs) else (None, None)
    return Difference("value", one, other, unravel(worst, expected.shape))


def agree(observed: TensorValue | None, expected: TensorValue | None, rules: Rules) -> bool:
    """Do two tensors (or gradients) agree? Equal to `difference(...) is None`, and much faster."""
    if observed is None or expected is None:
        return _difference_of_none(observed, expected, rules) is None
    if (observed.shape, observed.dtype, observed.device) != (expected.shape, expected.dtype, expected.device):
        return False
    if len(observed.data) != len(expected.data):
        return False
    rtol, atol = rules.limits(expected.dtype)
    for one, other in zip(observed.data, expected.data, strict=True):
        if one != other and not close(one, other, rtol, atol):
            return False
    return True


def same_leaf(observed: LeafState, expected: LeafState, rules: Rules) -> bool:
    """Do gradient and value of a leaf agree?"""
    return agree(observed.grad, expected.grad, rules) and agree(observed.value, expected.value, rules)


def same_state(observed: State, expected: State, names: Sequence[str] | frozenset[str], rules: Rules) -> bool:
    """Do these leaves agree, with gradients and values?"""
    return all(same_leaf(observed[name], expected[name], rules) for name in names)


def unchanged(before: LeafState, after: LeafState) -> bool:
    """Is the leaf exactly as it was? A NaN that stayed where it was is no change."""
    return before is after or (_is_unchanged_tensor(before.grad, after.grad) and _is_unchanged_tensor(before.value, after.value))


def is_zero(tensor: TensorValue | None) -> bool:
    """None, or nothing but zeros?"""
    return tensor is None or not any(tensor.data)


def difference_of_values(observed: Value, expected: Value, rules: Rules) -> Difference | None:
    """What differs between two values of any kind."""
    if isinstance(expected, TensorValue | None) and isinstance(observed, TensorValue | None):
        return difference(observed, expected, rules)
    if rules.number_is_tensor and is_number(observed) and isinstance(expected, TensorValue) and len(expected.data) == 1:
        return _difference_of_two_numbers(observed, expected.data[0], rules.limits(expected.dtype))
    if rules.number_is_tensor and isinstance(observed, TensorValue) and len(observed.data) == 1 and is_number(expected):
        return _difference_of_two_numbers(observed.data[0], expected, rules.limits(observed.dtype))
    if is_number(observed) and is_number(expected):
        return _difference_of_two_numbers(observed, expected, rules.limits("float32"))
    if isinstance(observed, tuple) and isinstance(expected, tuple):
        return _difference_of_lists(observed, expected, rules)
    if type(observed) is type(expected) and observed == expected:
        return None
    return Difference("type", observed, expected)


def unravel(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index of the number at `place` in row-major order."""
    index: list[int] = []
    for size in reversed(shape):
        place, rest = divmod(place, max(size, 1))
        index.append(rest)
    return tuple(reversed(index))


def _difference_of_none(observed: TensorValue | None, expected: TensorValue | None, rules: Rules) -> Difference | None:
    if observed is None and expected is None:
        return None
    if rules.none_is_zero and is_zero(observed) and is_zero(expected):
        return None
    return Difference("none", observed, expected)


def _difference_of_lists(observed: tuple[Value, ...], expected: tuple[Value, ...], rules: Rules) -> Difference | None:
    if len(observed) != len(expected):
        return Difference("length", len(observed), len(expected))
    for place, (one, other) in enumerate(zip(observed, expected, strict=True)):
        if (found := difference_of_values(one, other, rules)) is not None:
            return Difference(found.kind, found.observed, found.expected, (place, *found.index))
    return None


def _difference_of_two_numbers(observed: Value, expected: Value, limits: tuple[float, float]) -> Difference | None:
    is_same = observed == expected or close(as_float(observed), as_float(expected), *limits)
    return None if is_same else Difference("value", observed, expected)


def as_float(number: Value) -> float:
    """A number as a float; NaN for an integer that no float can hold, which is close to nothing."""
    try:
        return float(number)  # type: ignore[arg-type]
    except OverflowError:
        return math.nan


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _distance(observed: float, expected: float) -> float:
    distance = abs(observed - expected)
    return math.inf if math.isnan(distance) else distance


def _is_unchanged_tensor(before: TensorValue | None, after: TensorValue | None) -> bool:
    if before is None or after is None:
        return before is after
    if (before.shape, before.dtype, before.device) != (after.shape, after.dtype, after.device):
        return False
    return all(one == other or (one != one and other != other) for one, other in zip(before.data, after.data, strict=False))
