"""The values of a trace as the report shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.records.trace import ExceptionClass, Opaque, TensorValue, Value


def shown(value: Value) -> Any:
    """A value as nested lists of numbers, text or None."""
    match value:
        case TensorValue():
            return _nested_lists(value.data, value.shape)
        case Opaque(type=name) | ExceptionClass(name=name):
            return name
        case tuple():
            return [shown(each) for each in value]
        case Mapping():
            return {name: shown(each) for name, each in value.items()}
    return value


def _nested_lists(data: Sequence[float], shape: Sequence[int]) -> Any:
    if not shape:
        return data[0] if data else None
    size = len(data) // shape[0] if shape[0] else 0
    return [_nested_lists(data[start * size : (start + 1) * size], shape[1:]) for start in range(shape[0])]
