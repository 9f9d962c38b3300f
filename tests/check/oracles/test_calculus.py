"""Measured and derived contributions are equal for any loss."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.assess.cases import visible_case
from grader.check.oracles.arrays import NotCovered, filled, numbers_array
from grader.check.oracles.calculus import Differences
from grader.check.oracles.closed_form import MOST_ELEMENTS, ClosedForms
from grader.check.oracles.graph import OracleLeaf, read_leaf
from grader.check.oracles.ledger import keep_ledger
from grader.expressions.tree import Binary, FunctionCall, Name, Number
from grader.expressions.write import to_text
from grader.records.exercise import Backward, Exercise, Setup, Step, TensorSpec

leaves = st.sampled_from([Name("x"), Name("y")])
losses = st.recursive(
    st.one_of(leaves, st.integers(1, 4).map(Number)),
    lambda below: st.one_of(
        st.builds(Binary, st.sampled_from("+-*"), below, below),
        st.builds(Binary, st.just("**"), below, st.integers(1, 3).map(Number)),
        st.builds(
            lambda name, inside: FunctionCall(Name(name), (inside,)), st.sampled_from(["sin", "tanh", "sigmoid", "detach"]), below
        ),
    ),
    max_leaves=6,
)


# Differences of a very large loss lose the digits that the comparison needs.
LARGEST_LOSS = 1e4
FUNCTIONS = {"sin": math.sin, "tanh": math.tanh, "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "detach": lambda x: x}


def is_measurable(loss, xs, y):
    try:
        return all(abs(eval(to_text(loss), {**FUNCTIONS, "x": x, "y": y})) < LARGEST_LOSS for x in xs)
    except OverflowError:
        return False


def backward(loss):
    whole = FunctionCall(Name("sum"), (Binary("+", Binary("*", Name("x"), Name("y")), loss),))
    return Step("backward", Backward((whole,)), 1, "")


@given(st.lists(losses, min_size=1, max_size=3), st.floats(0.2, 1.5), st.floats(-1.5, -0.2))
@settings(max_examples=60, deadline=None)
def test_measured_and_derived_contributions_agree(expressions, x, y):
    assume(all(is_measurable(loss, (x, 0.5), y) for loss in expressions))
    setup = Setup(tensors={"x": TensorSpec((round(x, 2), 0.5)), "y": TensorSpec((round(y, 2),))})
    exercise = Exercise("core/a", "a", "A", "predict", "predict", (), setup, tuple(map(backward, expressions)))
    measured, derived = (
        keep_ledger(exercise, exercise.steps, visible_case(exercise), calculus) for calculus in (Differences(), ClosedForms())
    )
    for one, other in zip(measured.entries, derived.entries, strict=True):
        for name, leaf in one.state.items():
            assert leaf.grad.data == pytest.approx(other.state[name].grad.data, rel=2e-5, abs=2e-5)


def test_a_second_derivative_is_derived(closed_form_ledger_of):
    text = """\
        tensors: {x: [2.0]}
        steps:
          - backward: x**3
          - let: {g: "grad(x**3, x, create_graph=True)"}
            expect: {g: [12.0]}
          - backward: g**2
          - let: {first: "grad(x**3, x, create_graph=True)"}
          - let: {second: "grad(first, x, create_graph=True)"}
            expect: {second: [12.0]}
          - backward: second
        """
    ledger = closed_form_ledger_of(text)
    assert [entry.state["x"].grad and entry.state["x"].grad.data for entry in ledger.entries] == [
        (12.0,),
        (12.0,),
        (300.0,),
        (300.0,),
        (300.0,),
        (306.0,),
    ]


def test_a_second_derivative_cannot_be_measured(exercise_of):
    exercise = exercise_of("tensors: {x: [2.0]}\nsteps:\n  - let: {g: 'grad(x**3, x, create_graph=True)'}\n  - backward: g\n")
    with pytest.raises(NotCovered, match="a second derivative"):
        keep_ledger(exercise, exercise.steps, visible_case(exercise), Differences())


def test_a_derivation_that_would_take_too_long_is_not_covered():
    leaf = OracleLeaf("x", filled((MOST_ELEMENTS + 1,), 1.0))
    with pytest.raises(NotCovered, match="more than 16 elements"):
        ClosedForms().contribution([read_leaf(leaf)], [numbers_array([1.0])], leaf)


@pytest.fixture
def closed_form_ledger_of(exercise_of):
    def ledger(text):
        exercise = exercise_of(text)
        return keep_ledger(exercise, exercise.steps, visible_case(exercise), ClosedForms())

    return ledger
