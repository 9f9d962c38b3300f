"""Every function of the language, and its derivatives, agree with torch."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.check.oracles.arrays import numbers_array
from grader.check.oracles.calculus import Differences
from grader.check.oracles.closed_form import ClosedForms
from grader.check.oracles.functions import TABLE
from grader.check.oracles.graph import OracleLeaf, apply, constant, read_leaf
from grader.expressions.functions import FUNCTIONS, PYTHON_FUNCTIONS
from grader.worker.functions import TABLE as TORCH

# Functions of one tensor, some with options. Numbers in (0.1, 0.9) are in the domain of all of them.
NEED_OPTIONS = ("clamp", "logsumexp")
CONSTANT = ("zeros_like", "ones_like")
ONE = [
    *((name, {}) for name in TABLE if FUNCTIONS[name].required == ("input",) and name not in NEED_OPTIONS + CONSTANT),
    ("sum", {"dim": 1}),
    ("sum", {"dim": [0, 1], "keepdim": True}),
    ("mean", {"dim": 0, "keepdim": True}),
    ("prod", {"dim": -1}),
    ("var", {"dim": 1, "correction": 0}),
    ("std", {"dim": 0}),
    ("amax", {"dim": 1}),
    ("amin", {"dim": 0}),
    ("norm", {"p": 1}),
    ("norm", {"p": 2, "dim": 1}),
    ("logsumexp", {"dim": 0}),
    ("softmax", {"dim": 1}),
    ("log_softmax", {"dim": 0}),
    ("clamp", {"min": 0.3, "max": 0.7}),
    ("leaky_relu", {"negative_slope": 0.2}),
    ("reshape", {"shape": [3, -1]}),
    ("flatten", {"start_dim": 0}),
    ("transpose", {"dim0": 0, "dim1": -1}),
]
TWO = ["maximum", "minimum", "mul", "add", "sub", "div", "pow"]
LOSSES = ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"]

numbers = st.lists(st.floats(0.1, 0.9).map(lambda x: round(x, 3)), min_size=6, max_size=6, unique=True)


def rows(flat):
    return [flat[:3], flat[3:]]


def both_ways(name, tensors, options, calculus=None):
    """The value, and the derivatives of its sum by the first tensor, here and in torch."""
    leaf = OracleLeaf("x", numbers_array(tensors[0]))
    mine = apply(name, TABLE[name], [read_leaf(leaf), *(constant(numbers_array(each)) for each in tensors[1:])], options)
    total = apply("sum", TABLE["sum"], [mine], {})
    given_tensors = [torch.tensor(each, dtype=torch.float64, requires_grad=place == 0) for place, each in enumerate(tensors)]
    if name in ("cross_entropy", "nll_loss"):
        given_tensors[1] = torch.tensor(tensors[1])
    theirs = TORCH[name](*given_tensors, **options)
    theirs.sum().backward()
    gradient = (calculus or Differences()).contribution([total], [numbers_array(1.0)], leaf)
    return mine.numbers, gradient, theirs.detach(), given_tensors[0].grad


def assert_same(found, theirs):
    assert found.shape == tuple(theirs.shape)
    assert list(map(float, found.flat)) == pytest.approx(theirs.flatten().tolist(), rel=1e-6, abs=1e-6)


def assert_both(name, tensors, options, calculus=None):
    value, gradient, theirs, grad = both_ways(name, tensors, options, calculus)
    assert_same(value, theirs)
    assert_same(gradient, grad)


@pytest.mark.parametrize(("name", "options"), ONE, ids=str)
@given(flat=numbers)
@settings(max_examples=10, deadline=None)
def test_a_function_of_one_tensor_is_torchs(name, options, flat):
    if name == "clamp" and any(abs(x - edge) < 1e-3 for x in flat for edge in (0.3, 0.7)):
        return
    assert_both(name, [rows(flat)], options)


@pytest.mark.parametrize("name", TWO)
@given(one=numbers, other=numbers)
@settings(max_examples=10, deadline=None)
def test_a_function_of_two_tensors_is_torchs(name, one, other):
    if name in ("maximum", "minimum") and any(abs(x - y) < 1e-3 for x, y in zip(one, other, strict=True)):
        return
    assert_both(name, [rows(one), rows(other)], {})
    if name not in ("maximum", "minimum"):
        assert_both(name, [rows(one), [other[:3]]], {})


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@given(one=numbers, other=numbers)
@settings(max_examples=5, deadline=None)
def test_a_loss_is_torchs(name, reduction, one, other):
    if any(abs(x - y) < 1e-3 for x, y in zip(one, other, strict=True)):
        return
    assert_both(name, [rows(one), rows(other)], {"reduction": reduction})


@pytest.mark.parametrize(("name", "options"), [("smooth_l1_loss", {"beta": 0.25}), ("huber_loss", {"delta": 0.25})])
def test_a_loss_with_another_form_far_from_the_target_is_torchs(name, options):
    assert_both(name, [[[0.1, 0.5, 0.9]], [[0.8, 0.4, 0.2]]], options)


@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
@pytest.mark.parametrize("options", [{}, {"reduction": "sum"}, {"ignore_index": 1}, {"reduction": "none"}], ids=str)
def test_a_loss_of_classes_is_torchs(name, options):
    assert_both(name, [[[0.2, 0.5, 0.3], [0.1, 0.6, 0.9]], [2, 1]], options)
    if options == {}:
        assert_both(name, [[0.2, 0.5, 0.3], 1], options)


@pytest.mark.parametrize(
    ("name", "tensors"),
    [
        ("dot", [[1.0, 2.0], [3.0, 4.0]]),
        ("matmul", [[[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]]),
        ("matmul", [[1.0, 2.0], [[3.0], [4.0]]]),
        ("outer", [[1.0, 2.0], [3.0, 4.0, 5.0]]),
        ("linear", [[[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]], [7.0, 8.0]]),
        ("linear", [[1.0, 2.0], [[3.0, 4.0]]]),
    ],
)
def test_a_product_is_torchs(name, tensors):
    assert_both(name, tensors, {})


@pytest.mark.parametrize("name", ["cat", "stack"])
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_tensors_are_joined_as_in_torch(name, dim):
    one, other = [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]
    mine = TABLE[name](None, numbers_array(one), numbers_array(other), dim=dim)
    assert_same(mine, getattr(torch, name)([torch.tensor(one), torch.tensor(other)], dim=dim))


def test_an_embedding_is_torchs():
    mine = TABLE["embedding"](None, numbers_array([[1, 0], [1, 1]]), numbers_array([[1.0, 2.0], [3.0, 4.0]]))
    weight = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert_same(mine, torch.nn.functional.embedding(torch.tensor([[1, 0], [1, 1]]), weight))


@pytest.mark.parametrize(("name", "options"), ONE, ids=str)
def test_a_derivative_in_closed_form_is_torchs(name, options):
    if name not in ("amax", "amin"):
        assert_both(name, [[[0.15, 0.8, 0.4], [0.25, 0.6, 0.35]]], options, ClosedForms())


def test_every_function_is_covered_or_listed_as_uncovered():
    assert set(FUNCTIONS) - set(TABLE) == PYTHON_FUNCTIONS | {"detach", "grad", "sign", "where"}
