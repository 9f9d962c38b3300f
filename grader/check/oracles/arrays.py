"""NumPy arrays of Python objects: their elements are floats or sympy expressions, so one code computes with both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# A float or a sympy expression.
Element: TypeAlias = Any
# Object arrays: Python's own arithmetic raises ZeroDivisionError where float64 would give an infinity, and sympy stays exact.
Array: TypeAlias = NDArray[Any]


class NotCovered(Exception):
    """An oracle cannot compute this exercise; the message says why."""


def as_array(value: Any) -> Array:
    """An array of these elements: one of them, a list of them, or an array."""
    return np.asarray(value, dtype=object)


def numbers_array(value: Any) -> Array:
    """One number, or nested tuples or lists of numbers. Raises NotCovered for rows of different lengths."""
    try:
        return np.array(value, dtype=float).astype(object)
    except ValueError:
        raise NotCovered("rows of different lengths") from None


def filled(shape: Sequence[int], element: Element) -> Array:
    return np.full(shape, element, dtype=object)


def elementwise(function: Callable[..., Element], *arrays: Array) -> Array:
    """The function of the elements, after broadcasting. Raises ValueError for shapes that cannot be broadcast."""
    return as_array(np.frompyfunc(function, len(arrays), 1)(*arrays))


def expand(array: Array, shape: tuple[int, ...]) -> Array:
    """The array, broadcast to this shape. Raises NotCovered."""
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise NotCovered(f"a tensor of the shape {list(array.shape)} where {list(shape)} is needed") from None


def matmul(one: Array, other: Array) -> Array:
    """`one @ other`. Raises NotCovered for shapes that do not fit."""
    if not one.ndim or not other.ndim or one.shape[-1] != other.shape[-2:][0]:
        raise NotCovered(f"the product of {list(one.shape)} and {list(other.shape)}")
    return as_array(one @ other)
