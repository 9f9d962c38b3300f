"""Measured shares and derived ones are the same, whatever the loss."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.check.oracles.arrays import NotCovered, filled, numbers_array
from grader.check.oracles.calculus import Differences
from grader.check.oracles.closed_form import MOST_ELEMENTS, ClosedForms
from grader.check.oracles.graph import OracleLeaf, read
from grader.check.oracles.ledger import perform
from grader.expressions import Binary, FunctionCall, Name, Number
from grader.marking import cases
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


def backward(loss):
    whole = FunctionCall(Name("sum"), (Binary("+", Binary("*", Name("x"), Name("y")), loss),))
    return Step("backward", Backward((whole,)), 1, "")


@given(st.lists(losses, min_size=1, max_size=3), st.floats(0.2, 1.5), st.floats(-1.5, -0.2))
@settings(max_examples=60, deadline=None)
def test_two_ways_to_a_share_agree(expressions, x, y):
    setup = Setup(tensors={"x": TensorSpec((round(x, 2), 0.5)), "y": TensorSpec((round(y, 2),))})
    exercise = Exercise("core/a", "a", "A", "predict", "predict", (), setup, tuple(map(backward, expressions)))
    measured, derived = (
        perform(exercise, exercise.steps, cases.visible(exercise), calculus) for calculus in (Differences(), ClosedForms())
    )
    for one, other in zip(measured.entries, derived.entries, strict=True):
        for name, held in one.state.items():
            assert held.grad.data == pytest.approx(other.state[name].grad.data, rel=2e-5, abs=2e-5)


def test_the_slope_of_a_slope_is_derived(record_of_closed_forms):
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
    record = record_of_closed_forms(text)
    assert [entry.state["x"].grad and entry.state["x"].grad.data for entry in record.entries] == [
        (12.0,),
        (12.0,),
        (300.0,),
        (300.0,),
        (300.0,),
        (306.0,),
    ]


def test_a_slope_of_a_slope_cannot_be_measured(exercise_of):
    exercise = exercise_of("tensors: {x: [2.0]}\nsteps:\n  - let: {g: 'grad(x**3, x, create_graph=True)'}\n  - backward: g\n")
    with pytest.raises(NotCovered, match="the slope of a slope"):
        perform(exercise, exercise.steps, cases.visible(exercise), Differences())


def test_a_derivation_that_would_take_too_long_is_refused():
    leaf = OracleLeaf("x", filled((MOST_ELEMENTS + 1,), 1.0))
    with pytest.raises(NotCovered, match="more than 16 elements"):
        ClosedForms().share([read(leaf)], [numbers_array([1.0])], leaf)


@pytest.fixture
def record_of_closed_forms(exercise_of):
    def keep(text):
        exercise = exercise_of(text)
        return perform(exercise, exercise.steps, cases.visible(exercise), ClosedForms())

    return keep
