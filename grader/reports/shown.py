"""A value of a trace as the report shows it: nested lists of numbers, text or None."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.records.nesting import nested
from grader.records.trace import ExceptionClass, Opaque, TensorValue, Value


def shown(value: Value) -> Any:
    """A value as nested lists of numbers, text or None."""
    match value:
        case TensorValue():
            return nested(value.data, value.shape)
        case Opaque(type=name) | ExceptionClass(name=name):
            return name
        case tuple():
            return [shown(each) for each in value]
        case Mapping():
            return {name: shown(each) for name, each in value.items()}
    return value
