"""Reads the numbers of a file: checks them, makes nested tuples, counts their decimals."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Any

from grader.records.exercise import WrittenValue
from grader.spec.places import KeyPath
from grader.spec.problems import Problems


def read_numbers(problems: Problems, value: Any, path: KeyPath) -> WrittenValue:
    """A number, or nested lists of numbers as tuples. Reports what is not a finite number, and rows of different lengths."""
    if not isinstance(value, list):
        return _finite(problems, value, path)
    if not value:
        problems.add(path, "this list is empty.", "a tensor needs at least one number")
    items = tuple(read_numbers(problems, item, (*path, index)) for index, item in enumerate(value))
    _check_rows(problems, value, path)
    return items


def read_expected(problems: Problems, value: Any, path: KeyPath) -> WrittenValue:
    """An expected value: a number, null, or nested lists of numbers. Infinity is allowed, NaN is not."""
    if value is None:
        return None
    if isinstance(value, list):
        return read_expected_list(problems, value, path)
    if isinstance(value, float) and math.isinf(value):
        return value
    return _finite(problems, value, path)


def read_expected_list(problems: Problems, value: list[Any], path: KeyPath) -> WrittenValue:
    """A list of expected values, which cannot contain null."""
    items: list[WrittenValue] = []
    for index, item in enumerate(value):
        if item is None:
            problems.add(
                (*path, index),
                "null cannot be an element of a list: only a whole `.grad` can be null.",
                "write 0.0 for a gradient of zero",
            )
        items.append(read_expected(problems, item, (*path, index)))
    _check_rows(problems, value, path)
    return tuple(items)


def decimals(problems: Problems, value: Any, path: KeyPath) -> int:
    """The largest number of decimals that the author wrote in this value."""
    if isinstance(value, list):
        return max((decimals(problems, item, (*path, index)) for index, item in enumerate(value)), default=0)
    if not isinstance(value, float) or not math.isfinite(value):
        return 0
    try:
        exponent = Decimal(problems.source.written(path) or "0").as_tuple().exponent
    except InvalidOperation:
        return 0
    return max(0, -int(exponent))


def _finite(problems: Problems, value: Any, path: KeyPath) -> WrittenValue:
    if isinstance(value, bool) or not isinstance(value, int | float):
        problems.add(path, f"expected a number, found {_shown(value)}.")
        return 0.0
    if isinstance(value, float) and math.isnan(value):
        problems.add(path, "NaN is not allowed: it is not equal to anything, not even to itself.", "choose other numbers")
        return 0.0
    if isinstance(value, float) and math.isinf(value):
        problems.add(path, "this number must be finite.", "choose another number")
        return 0.0
    if isinstance(value, int) and abs(value) >= 2**63:
        problems.add(path, "this integer does not fit into 64 bits.", "write it with a decimal point")
    number: int | float = value
    return number


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"`{'null' if value is None else str(value).lower() if isinstance(value, bool) else value}`"


def _check_rows(problems: Problems, value: list[Any], path: KeyPath) -> None:
    sizes = [len(item) if isinstance(item, list) else None for item in value]
    for index, size in enumerate(sizes):
        if size != sizes[0]:
            problems.add(
                (*path, index), "the rows of this list have different lengths.", "all rows of a tensor have the same length"
            )
            return
