"""Do two values agree?"""

import math

import pytest

from grader.marking.values import (
    Rules,
    agree,
    close,
    difference,
    difference_of_values,
    is_zero,
    same_state,
    unchanged,
    unravel,
)
from grader.records.exercise import Tolerance
from grader.records.trace import ExceptionClass, LeafState, Opaque

RULES = Rules()
AS_NUMBER = Rules(number_is_tensor=True)


@pytest.mark.parametrize(
    ("dtype", "near", "far"),
    [
        ("float64", 1 + 1e-10, 1 + 1e-7),
        ("float32", 1 + 1e-5, 1 + 1e-4),
        ("float16", 1 + 4e-3, 1 + 1e-2),
        ("bfloat16", 1 + 3e-2, 1 + 1e-1),
        ("int64", 1, 2),
        ("bool", 1, 0),
    ],
)
def test_numbers_are_compared_as_closely_as_their_dtype_allows(toy, dtype, near, far):
    expected = toy.tensor(1, dtype=dtype)
    assert agree(toy.tensor(near, dtype=dtype), expected, RULES)
    assert not agree(toy.tensor(far, dtype=dtype), expected, RULES)


def test_the_tolerance_is_relative_to_the_expected_number():
    assert close(1.0, 0.9, 0.0, 0.1 + 1e-12)
    assert close(90.0, 100.0, 0.1, 0.0)
    assert not close(100.0, 90.0, 0.1, 0.0)


def test_an_exercise_may_set_its_own_tolerance(toy):
    loose = Rules(Tolerance(rtol=0.1))
    assert agree(toy.tensor(1.05), toy.tensor(1), loose)
    assert loose.limits("float32") == (0.1, 1e-6)
    assert Rules(Tolerance(atol=0.5)).limits("float32") == (1e-5, 0.5)


@pytest.mark.parametrize("observed", [math.nan, 1.0])
@pytest.mark.parametrize("expected", [math.nan, 2.0])
def test_a_nan_agrees_with_nothing(toy, observed, expected):
    assert not agree(toy.tensor(observed), toy.tensor(expected), Rules(Tolerance(rtol=0.1)))


def test_a_nan_does_not_even_agree_with_itself(toy):
    tensor = toy.tensor(math.nan)
    assert not agree(tensor, tensor, RULES)
    assert difference(tensor, tensor, RULES).kind == "value"


def test_an_infinity_agrees_with_itself_only(toy):
    endless = toy.tensor(math.inf)
    assert agree(endless, toy.tensor(math.inf), RULES)
    assert not agree(endless, toy.tensor(-math.inf), RULES)
    assert not agree(toy.tensor(1e38), endless, RULES)
    assert not agree(endless, toy.tensor(1e38), Rules(Tolerance(rtol=1.0)))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [({"shape": ()}, "shape"), ({"dtype": "float64"}, "dtype"), ({"device": "cuda:0"}, "device")],
)
def test_shape_dtype_and_device_come_before_the_numbers(toy, changes, kind):
    observed = toy.tensor(5, **changes)
    assert difference(observed, toy.tensor(4), RULES).kind == kind
    assert not agree(observed, toy.tensor(5), RULES)


def test_the_number_furthest_off_is_named(toy):
    found = difference(toy.tensor(1, 2, 9, 5, shape=(2, 2)), toy.tensor(1, 3, 3, 4, shape=(2, 2)), RULES)
    assert (found.kind, found.index, found.observed, found.expected) == ("value", (1, 0), 9.0, 3.0)
    assert unravel(5, (2, 3)) == (1, 2)


def test_none_and_zeros_agree_only_where_the_exercise_says_so(toy):
    zeros = toy.tensor(0, 0)
    lenient = Rules(none_is_zero=True)
    assert difference(None, zeros, RULES).kind == "none"
    assert difference(zeros, None, RULES).kind == "none"
    assert agree(None, zeros, lenient)
    assert agree(zeros, None, lenient)
    assert agree(None, None, RULES)
    assert not agree(None, toy.tensor(0, 1), lenient)


def test_a_state_agrees_if_gradients_and_values_agree(toy):
    one, other = LeafState(toy.tensor(1), None), LeafState(toy.tensor(1), toy.tensor(0))
    assert not same_state({"x": one}, {"x": other}, ["x"], RULES)
    assert not same_state({"x": one}, {"x": LeafState(toy.tensor(2), None)}, ["x"], RULES)
    assert same_state({"x": one, "y": one}, {"x": one, "y": other}, ["x"], RULES)


def test_a_nan_that_stays_is_no_change(toy):
    leaf = LeafState(toy.tensor(1), toy.tensor(math.nan))
    assert unchanged(leaf, LeafState(toy.tensor(1), toy.tensor(math.nan)))
    assert not unchanged(leaf, LeafState(toy.tensor(1), None))
    assert not unchanged(leaf, LeafState(toy.tensor(1), toy.tensor(1.0)))
    assert not unchanged(leaf, LeafState(toy.tensor(1, dtype="float64"), leaf.grad))


def test_none_and_zeros_are_empty(toy):
    assert is_zero(None)
    assert is_zero(toy.tensor(0.0, -0.0))
    assert not is_zero(toy.tensor(0, math.nan))


def test_returned_values_of_any_kind_are_compared(toy):
    four = toy.tensor(4)
    same = [
        (four, four),
        (4, 4.0),
        ((4, None), (4.0, None)),
        ("a", "a"),
        (True, True),
        (ExceptionClass("E"), ExceptionClass("E")),
    ]
    for observed, expected in same:
        assert difference_of_values(observed, expected, RULES) is None


def test_a_number_is_a_tensor_only_if_the_exercise_says_so(toy):
    four = toy.tensor(4)
    for observed, expected in [(4, four), (four, 4.0), ((4, None), (four, None))]:
        assert difference_of_values(observed, expected, RULES).kind == "type"
        assert difference_of_values(observed, expected, AS_NUMBER) is None


@pytest.mark.parametrize(
    ("observed", "expected", "kind"),
    [
        (5, 4, "value"),
        (True, 1, "type"),
        ("4", 4, "type"),
        (Opaque("Foo"), 4, "type"),
        ((1, 2), (1, 2, 3), "length"),
        (None, 4, "type"),
    ],
)
def test_returned_values_that_differ_say_how(observed, expected, kind):
    assert difference_of_values(observed, expected, RULES).kind == kind


def test_a_difference_in_a_list_names_the_item(toy):
    found = difference_of_values((1, toy.tensor(1, 2)), (1, toy.tensor(1, 3)), RULES)
    assert (found.kind, found.index) == ("value", (1, 1))


@pytest.mark.parametrize(
    ("observed", "expected", "same"), [(10**400, 10**400, True), (10**400, 10**401, False), (1, -(10**400), False)]
)
def test_integers_that_no_float_can_hold_are_compared_exactly(observed, expected, same):
    assert (difference_of_values(observed, expected, RULES) is None) == same
    assert (difference_of_values((expected,), (observed,), RULES) is None) == same


def test_an_integer_that_no_float_can_hold_differs_from_a_tensor(toy):
    assert difference_of_values(10**400, toy.tensor(1), AS_NUMBER).kind == "value"
    assert difference_of_values(toy.tensor(1), 10**400, AS_NUMBER).kind == "value"
