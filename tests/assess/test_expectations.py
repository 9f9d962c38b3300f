"""The values under `expect`, compared with those that the steps give."""

import math

import pytest

from grader.assess.expectations import expectation_problem, written_value
from grader.errors import SourceLocation
from grader.expressions.tree import Name
from grader.marking.values import Rules
from grader.records.exercise import Expectation
from grader.records.trace import Opaque

WHERE = SourceLocation("toy.yaml", 5, 13)


def expectation(value, digits=0):
    return Expectation(Name("x"), "x.grad", value, digits, WHERE)


def test_an_entry_without_a_value_is_no_problem(toy):
    assert expectation_problem(Expectation(Name("x"), "x.grad", None, is_promised=False), toy.tensor(4), Rules()) is None


def check(expected, given, digits=0):
    return expectation_problem(expectation(expected, digits), given, Rules())


def test_a_true_value_is_no_problem(toy):
    assert check((4.0,), toy.tensor(4)) is None
    assert check(((1, 2), (3, 4)), toy.tensor(1, 2, 3, 4, shape=(2, 2))) is None
    assert check(4, toy.tensor(4, shape=())) is None
    assert check(4, 4) is None
    assert check(None, None) is None
    assert check((1.0, (2.0,))[:1], toy.tensor(1)) is None


def test_another_value_is_reported_with_its_place_and_the_value_of_the_steps(toy):
    found = check((4.0,), toy.tensor(16))
    assert found.where == WHERE
    assert found.message == "`x.grad` is expected to be [4.0], but the steps give another value."
    assert found.fix == "the steps give [16.0]"


@pytest.mark.parametrize("expected", [4.0, ((4.0,),), (4.0, 4.0), ((1.0,), (2.0, 3.0))])
def test_a_wrong_shape_is_reported_before_the_value(toy, expected):
    found = check(expected, toy.tensor(4))
    assert "is expected in the wrong shape" in found.message
    assert found.message.endswith("but the steps give [1].")


def test_null_is_none_and_nothing_else(toy):
    assert check(None, toy.tensor(0)).fix == "the steps give [0.0]"
    assert check((0.0,), None).fix == "the steps give null"


def test_three_decimals_or_more_are_compared_to_the_written_digits(toy):
    third = toy.tensor(-1 / 3)
    assert check((-0.333,), third, 3) is None
    assert check((-0.334,), third, 3) is not None
    assert check((-0.33,), third, 2) is not None


def test_a_nan_in_the_steps_is_named(toy):
    assert check((1.0,), toy.tensor(math.nan)).fix == "the steps give [nan]: choose numbers for which they are defined"
    assert check((math.nan,), toy.tensor(1)) is not None


def test_only_tensors_and_numbers_can_be_expected():
    assert check((1.0,), Opaque("Foo")).message == "`x.grad` is neither a tensor nor a number."


def test_values_are_written_as_in_an_exercise_file(toy):
    assert written_value(toy.tensor(1, 2.5, -3, 1 / 3, shape=(2, 2))) == "[[1.0, 2.5], [-3.0, 0.333333]]"
    assert written_value(toy.tensor(2, shape=())) == "2.0"
    assert written_value((1, None, toy.tensor(shape=(0,)))) == "[1, null, []]"
