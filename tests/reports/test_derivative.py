"""The derivative of a scalar loss, written out with its number."""

from types import SimpleNamespace

import pytest

from grader.expressions.parse import parse
from grader.records.exercise import Data
from grader.records.trace import LeafState, TensorValue
from grader.reports.derivative import derivative


def state(**values):
    numbers = {name: value if isinstance(value, tuple) else (value,) for name, value in values.items()}
    return {name: LeafState(TensorValue((len(each),), "float32", "cpu", each), None) for name, each in numbers.items()}


def exercise(**data):
    values = {name: Data(value) for name, value in data.items()}
    return SimpleNamespace(setup=SimpleNamespace(data=values))


def by_x(loss, **values):
    return derivative(parse(loss), "x", state(**values), exercise(target=3, k=2.0))


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("x**3", "d(x**3)/dx = 3·x² = 12 at x = 2"),
        ("x**2 + x", "d(x**2 + x)/dx = 2·x + 1 = 5 at x = 2"),
        ("x**11", "d(x**11)/dx = 11·x¹⁰ = 11264 at x = 2"),
        ("-(x - target)**2", "d(-(x - target)**2)/dx = 2·target - 2·x = 2 at x = 2, target = 3"),
        ("sum(k * x)", "d(sum(k * x))/dx = k = 2 at k = 2"),
        ("3*x", "d(3 * x)/dx = 3"),
        ("sin(x) * exp(x)", "d(sin(x) * exp(x))/dx = exp(x)·sin(x) + exp(x)·cos(x) = 3.64392 at x = 2"),
        ("x / 4", "d(x / 4)/dx = 1/4"),
    ],
)
def test_the_derivative_with_its_number(loss, expected):
    assert by_x(loss, x=2.0) == expected


def test_only_the_names_in_the_derivative_have_their_values():
    assert derivative(parse("a * b"), "a", state(a=2.0, b=3.0), exercise()) == "d(a * b)/da = b = 3 at b = 3"


@pytest.mark.parametrize(
    "loss", ["relu(x)", "(x * k).sum()", "x @ x", "y**2", "unknown * x", "batches[0] * x", "mse_loss(x, target)", "vector * x"]
)
def test_there_is_no_derivative_unless_every_name_is_one_number(loss):
    assert derivative(parse(loss), "x", state(x=2.0, vector=(1.0, 2.0)), exercise(target=3, batches=(1.0, 2.0))) is None


def test_there_is_no_derivative_by_a_leaf_of_many_numbers():
    assert by_x("x**3", x=(1.0, 2.0)) is None
