"""A returned value of another kind: a Python number for a tensor, or a tensor for a number."""

from __future__ import annotations

from grader.marking.values import Rules, difference_of_values, is_number
from grader.records.trace import TensorValue, Value
from grader.reports.wording import timeline


def other_kind(observed: Value, expected: Value, rules: Rules) -> str:
    """The sentence about a number where a tensor is expected, or the other way round; "" for every other difference."""
    found = difference_of_values(observed, expected, rules)
    if found is None or found.kind != "type":
        return ""
    if is_number(found.observed) and isinstance(found.expected, TensorValue):  # type: ignore[arg-type]
        return timeline.returned_number(found.index)
    if isinstance(found.observed, TensorValue) and is_number(found.expected):  # type: ignore[arg-type]
        return timeline.returned_tensor(found.index)
    return ""
