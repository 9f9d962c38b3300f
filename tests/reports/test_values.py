"""Numbers as they are shown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.values import by_name, first_difference, value


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (4.0, "4"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333"),
        (1e-9, "1e-09"),
        (1234567.0, "1.23457e+06"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (None, "None"),
        (True, "True"),
        ("RuntimeError", "RuntimeError"),
        ([2.0, 2.0, 12.0], "[2, 2, 12]"),
        ([[1.0], [2.5]], "[[1], [2.5]]"),
        ([], "[]"),
        ({"a": [1.0], "b": None}, "{a: [1], b: None}"),
        (list(map(float, range(1000))), "[0, 1, 2, 3, 4, 5, 6, 7, ..., 992, 993, 994, 995, 996, 997, 998, 999]"),
        ([[1 / 3] * 9] * 9, "[[0.333333, ..., 0.333333], ..., [0.333333, ..., 0.333333]]"),
    ],
)
def test_a_value_is_short(shown, text):
    assert value(shown) == text


@given(st.recursive(st.floats(width=32), lambda inner: st.lists(inner, max_size=40), max_leaves=200))
def test_a_value_is_one_line(shown):
    assert "\n" not in value(shown)


def test_values_by_name():
    assert by_name({"x.grad": [1.0]}) == {"x.grad": "[1]"}
    assert by_name([1.0]) == {"": "[1]"}
    assert by_name(None) == {}


def test_the_first_difference_is_found_by_name():
    expected, observed = {"a": [1.0], "b": [2.0]}, {"a": [1.0], "b": [3.0]}
    assert first_difference(expected, observed) == ("b", "[2]", "[3]")
    assert first_difference(expected, expected) is None
    assert first_difference(expected, {}) is None
