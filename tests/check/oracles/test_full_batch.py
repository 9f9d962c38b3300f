"""The gradient that micro-batches must add up to, where they must add up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assess.cases import visible_case
from grader.check.oracles.calculus import Differences
from grader.check.oracles.full_batch import full_batch_step, micro_batches
from grader.check.oracles.ledger import keep_ledger
from grader.expressions.parse import parse
from grader.expressions.write import to_text
from grader.records.exercise import Backward, Data, Exercise, Setup, Step, TensorSpec

TEXT = """\
data:
  X1: [[1.0], [2.0], [4.0]]
  y1: [[2.0], [2.0], [3.0]]
  X2: [[3.0]]
  y2: [[4.0]]
  batches: [[X1, y1], [X2, y2]]
modules: {{model: "Linear(1, 1, bias=False)"}}
tensors: {{model.weight: [[1.0]], w: [2.0]}}
steps:
  - zero: [model, w]
  - for: X, y
    in: batches
    do:
      - backward: {loss}
{more}
"""
XS, YS = "cat([batches[0][0], batches[1][0]])", "cat([batches[0][1], batches[1][1]])"


def full_batches(exercise):
    steps = [full_batch_step(exercise, group) for group in micro_batches(exercise)]
    return [step and to_text(step.action.of[0]) for step in steps]


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("mse_loss(model(X), y) * len(X) / 4", f"mse_loss(model({XS}), {YS})"),
        ("mean((w*X - y)**2) / len(batches)", f"mean((w * {XS} - {YS})**2)"),
        ("sum((w*X - y)**2) / 4", f"sum((w * {XS} - {YS})**2) / 4"),
        ("3 * sum(w*X)", f"3 * sum(w * {XS})"),
        ("sum(X1*w)", "sum(X1 * w)"),
    ],
)
def test_data_that_differ_are_concatenated(exercise_of, loss, expected):
    exercise = exercise_of(TEXT.format(loss=f'"{loss}"', more=""))
    assert micro_batches(exercise) == ((1, 2),)
    assert full_batches(exercise) == [expected]


@pytest.mark.parametrize(
    "loss",
    [
        "sum((w*X - mean(w*X))**2)",
        "sum(w*X) / len(X)",
        "sum(w*X) + 0*w",
        "mean(w*X, dim=0)",
        "mse_loss(model(X), y, reduction='sum')",
        "w * len(X)",
        "norm(w*X)",
    ],
)
def test_losses_that_need_not_add_up_have_no_full_batch(exercise_of, loss):
    assert full_batches(exercise_of(TEXT.format(loss=f'"{loss}"', more=""))) == [None]


def test_another_call_between_them_ends_the_micro_batches(exercise_of):
    assert micro_batches(exercise_of(TEXT.format(loss="sum(w*X)", more="      - zero: w"))) == ()


def test_a_backward_with_a_seed_is_no_micro_batch(exercise_of):
    assert full_batches(exercise_of(TEXT.format(loss="{of: sum(w*X), gradient: 2.0}", more=""))) == [None]


@given(st.lists(st.lists(st.integers(-9, 9).map(float), min_size=1, max_size=3), min_size=2, max_size=3))
@settings(deadline=None, max_examples=25)
def test_contributions_weighted_by_size_add_up_to_the_full_batch(pieces):
    count = sum(map(len, pieces))
    data = {f"X{place}": Data(tuple(piece), "float32") for place, piece in enumerate(pieces)}
    losses = [parse(f"mean((w - X{place})**2) * len(X{place}) / {count}") for place in range(len(pieces))]
    steps = tuple(Step("backward", Backward((loss,)), 1, "", loop=(("X", place),)) for place, loss in enumerate(losses))
    setup = Setup(data=data, tensors={"w": TensorSpec((0.5,))})
    exercise = Exercise("core/a", "a", "A", "write", "solve", ("w",), setup, steps)
    (group,) = micro_batches(exercise)
    parts = keep_ledger(exercise, steps, visible_case(exercise), Differences()).entries[-1]
    at_once = keep_ledger(exercise, (full_batch_step(exercise, group),), visible_case(exercise), Differences()).entries[-1]
    assert parts.state["w"].grad.data == pytest.approx(at_once.state["w"].grad.data, abs=1e-6)
