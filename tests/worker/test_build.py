"""The torch objects that a setup document becomes, and the error where it cannot."""

import pytest
import torch

from grader.worker.build import BuildError, build


def setup(tensors=None, data=None, modules=None, optimizers=None):
    specs = {
        name: spec if isinstance(spec, dict) else {"value": spec, "dtype": "float32"} for name, spec in (tensors or {}).items()
    }
    return {"data": data or {}, "modules": modules or {}, "tensors": specs, "optimizers": optimizers or {}}


def plain(value, dtype=None):
    return {"value": value, "dtype": dtype}


def test_a_leaf_is_a_leaf_that_requires_grad():
    x = build(setup({"x": {"value": [1.0], "dtype": "float64"}}), "cpu").names["x"]
    assert (x.is_leaf, x.requires_grad, x.dtype, x.grad) == (True, True, torch.float64, None)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (plain(3), 3),
        (plain([1, 2]), torch.tensor([1, 2])),
        (plain([1, 2.0]), torch.tensor([1.0, 2.0])),
        (plain([1], "float64"), torch.tensor([1.0], dtype=torch.float64)),
        (plain([[True, False]], "bool"), torch.tensor([[True, False]])),
    ],
)
def test_data_are_numbers_and_tensors_that_require_no_grad(data, expected):
    made = build(setup(data={"d": data}), "cpu").names["d"]
    assert type(made) is type(expected)
    if isinstance(made, torch.Tensor):
        assert torch.equal(made, expected)
        assert made.dtype == expected.dtype
        assert not made.requires_grad


def test_a_list_of_names_becomes_a_list_of_their_objects():
    data = {"pairs": {"names": [["X", "n"], "rest"]}, "X": plain([1.0]), "n": plain(2), "rest": {"names": ["X"]}}
    names = build(setup(data=data), "cpu").names
    assert names["pairs"][0] == [names["X"], 2]
    assert names["pairs"][1][0] is names["X"]


def test_a_module_has_the_given_parameters_and_trains():
    world = build(setup({"m.0.weight": [[2.0]], "m.0.bias": [1.0]}, modules={"m": "Sequential(Linear(1, 1), Tanh())"}), "cpu")
    module = world.names["m"]
    assert module.training
    assert list(world.leaves) == ["m.0.weight", "m.0.bias"]
    assert world.leaves["m.0.weight"] is module[0].weight
    assert module[0].weight.item() == 2.0


def test_a_module_takes_the_dtype_of_its_parameters():
    spec = {"value": [1.0], "dtype": "float64"}
    module = build(setup({"b.weight": spec, "b.bias": spec}, modules={"b": "BatchNorm1d(1)"}), "cpu").names["b"]
    assert module.weight.dtype == module.running_mean.dtype == torch.float64


def test_tied_parameters_are_one_leaf():
    modules = {"embed": "Linear(1, 1, bias=False)", "head": "Linear(1, 1, bias=False)"}
    world = build(setup({"head.weight": {"tied_to": "embed.weight"}, "embed.weight": [[3.0]]}, modules=modules), "cpu")
    assert list(world.leaves) == ["embed.weight"]
    assert world.names["head"].weight is world.names["embed"].weight


def test_an_optimizer_holds_the_tensors_of_its_expression():
    text = "SGD([w, m.weight], lr=0.1, momentum=0.9)"
    world = build(
        setup({"w": [1.0], "m.weight": [[1.0]]}, modules={"m": "Linear(1, 1, bias=False)"}, optimizers={"o": text}), "cpu"
    )
    group = world.optimizers["o"].param_groups[0]
    assert (group["lr"], group["momentum"]) == (0.1, 0.9)
    assert [id(each) for each in group["params"]] == [id(each) for each in world.leaves.values()]


def test_random_numbers_start_the_same_in_every_build():
    draws = []
    for _ in range(2):
        build(setup({"m.weight": [[1.0]]}, modules={"m": "Linear(1, 1, bias=False)"}), "cpu")
        draws.append(torch.rand(1).item())
    assert draws[0] == draws[1]


LINEAR = {"modules": {"m": "Linear(1, 1)"}}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (setup({"m.weight": [[1.0]]}, **LINEAR), "`m.bias` has no value: add `m.bias` under `tensors`, or write bias=False."),
        (setup({"m.bias": [1.0]}, **LINEAR), "`m.weight` has no value: add `m.weight` under `tensors`."),
        (setup({"m.wieght": [[1.0]]}, **LINEAR), "`m.wieght`: `m` has no parameter `wieght`: did you mean `weight`?"),
        (setup({"m.q": [[1.0]]}, **LINEAR), "`m.q`: `m` has no parameter `q`: it has bias, weight."),
        (setup({"n.weight": [1.0]}), "`n.weight`: there is no module `n`; declare it under `modules`."),
        (setup({"m.weight": [1.0], "m.bias": [1.0]}, **LINEAR), "`m.weight` has the shape [1], but the module's is [1, 1]."),
        (setup(modules={"m": "Linear(1)"}), "`m`: Linear(1) cannot be built: "),
        (setup(modules={"m": "Linaer(1)"}), "`Linaer` is not declared. did you mean `Linear`?"),
        (setup(modules={"m": "[1]"}), "`m`: [1] is not a module; write, for example, Linear(1, 1)."),
        (setup({"w": [1.0]}, optimizers={"o": "SGD([v], lr=1)"}), "`o`: SGD([v], lr=1) cannot be built: `v` is not declared."),
        (setup(optimizers={"o": "3"}), "`o`: 3 is not an optimizer; write, for example, SGD([w], lr=0.1)."),
        (setup({"w": [[1.0], [2.0, 3.0]]}), "`w` cannot become a float32 tensor: "),
        (setup({"w": {"value": [1.0], "dtype": "float12"}}), "`w` cannot become a float12 tensor: "),
        (setup({"w": {"value": [1], "dtype": "int64"}}), "`w` is int64; only floating-point tensors have a .grad."),
        (setup({"w": [0.0] * 100_001}), "`w` has more than 100000 numbers, the most that an exercise may have."),
        (setup(data={"l": {"names": ["y"]}}), "`l` lists `y`, which is not declared."),
        (setup(data={"l": {"names": ["k"]}, "k": {"names": ["l"]}}), "`l` contains itself."),
    ],
)
def test_the_error_for_a_setup_that_cannot_be_built_says_what_to_write(document, message):
    with pytest.raises(BuildError) as caught:
        build(document, "cpu")
    assert message in str(caught.value)
