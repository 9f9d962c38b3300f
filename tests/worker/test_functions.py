"""The torch function for each name of the expression language, and the evaluation of expressions."""

import pytest
import torch

from grader.expressions.functions import FUNCTIONS
from grader.expressions.parse import parse
from grader.worker.functions import TABLE, UnknownName, evaluate


def test_exactly_the_functions_of_the_language_have_a_callable():
    assert set(TABLE) == set(FUNCTIONS)


@pytest.fixture
def names():
    torch.manual_seed(0)
    return {
        "x": torch.tensor([2.0, 3.0], requires_grad=True),
        "X": torch.tensor([[0.25, 0.5], [0.5, 0.75]]),
        "labels": torch.tensor([1, 0]),
        "model": torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Tanh()),
        "batches": [[1, 2], [3, 4]],
        "mask": torch.tensor([True, False]),
        "n": 4,
    }


ONE_ARGUMENT = [name for name, signature in FUNCTIONS.items() if signature.required == ("input",)]


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_every_function_of_one_tensor_can_be_called(names, name):
    needed = {"logsumexp": ", dim=0", "clamp": ", min=0"}.get(name, "")
    assert isinstance(evaluate(parse(f"{name}(X{needed})"), names), torch.Tensor)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n / 8 + 1", 1.5),
        ("-x", [-2.0, -3.0]),
        ("2*x**2 - 1", [7.0, 17.0]),
        ("X @ x", [2.0, 3.25]),
        ("batches[1][0]", 3),
        ("len(batches)", 2),
        ("len(range(1, 4))", 3),
        ("sum(x)", 5.0),
        ("sum(X, 0)", [0.75, 1.25]),
        ("mean(x)", 2.5),
        ("var(x, 0, 0)", 0.25),
        ("norm(x)", 13**0.5),
        ("clamp(x, max=2.5)", [2.0, 2.5]),
        ("cat([x, x])", [2.0, 3.0, 2.0, 3.0]),
        ("stack([x, x], 1)", [[2.0, 2.0], [3.0, 3.0]]),
        ("reshape(X, [4])", [0.25, 0.5, 0.5, 0.75]),
        ("where(mask, x, 0)", [2.0, 0.0]),
        ("linear(x, X)", [2.0, 3.25]),
        ("embedding(labels, X)", [[0.5, 0.75], [0.25, 0.5]]),
        ("mse_loss(x, X[0], reduction='sum')", 1.75**2 + 2.5**2),
        ("nll_loss(X, labels, reduction='sum')", -1.0),
        ("grad(sum(x**2), x)", [4.0, 6.0]),
        ("grad(sum(x**2), [x])[0]", [4.0, 6.0]),
        ("x.grad", None),
    ],
)
def test_an_expression_has_the_value_that_it_has_in_torch(names, text, value):
    found = evaluate(parse(text), names)
    if isinstance(found, torch.Tensor):
        found = found.tolist()
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


def test_an_expression_can_name_a_module_its_layers_and_its_parameters(names):
    model = names["model"]
    assert evaluate(parse("model.0.weight"), names) is model[0].weight
    assert torch.equal(evaluate(parse("model(x)"), names), model(names["x"]))
    assert list(evaluate(parse("model.parameters()"), names)) == list(model.parameters())


def test_the_error_names_an_unknown_name(names):
    with pytest.raises(UnknownName, match=r"`modle` is not declared. did you mean `model`\?"):
        evaluate(parse("modle(x)"), names)
