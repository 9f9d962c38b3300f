"""The watched leaves: what counts as a change, and what is sent of it."""

import pytest
import torch

from grader.worker.snapshot import Leaves, same, storage_of


@pytest.fixture
def x():
    return torch.tensor([1.0, float("nan")], requires_grad=True)


@pytest.fixture
def leaves(x):
    return Leaves({"x": x})


def test_nothing_moves_by_itself(leaves):
    assert leaves.moved() == []


@pytest.mark.parametrize("change", ["(x * 1).sum().backward()", "x.grad = torch.zeros(2)", "x.detach().add_(1)"])
def test_a_change_is_noticed_and_sent_once(leaves, x, change):
    exec(change, {"x": x, "torch": torch})
    (leaf,) = leaves.moved()
    assert leaf.visible_changes() != {}
    assert leaf.visible_changes() == {}
    assert leaves.moved() == []


def test_a_write_of_the_same_numbers_is_not_a_change(leaves, x):
    x.detach().mul_(1)
    (leaf,) = leaves.moved()
    assert leaf.visible_changes() == {}


def test_changes_finds_a_write_that_the_version_counter_misses(leaves, x):
    x.data.zero_()
    assert leaves.moved() == []
    assert leaves.all[0].changes(grad=False, value=True)["value"]["data"] == [0.0, 0.0]


def test_tensors_that_share_memory_with_a_leaf_are_found(leaves, x):
    x.grad = torch.ones(2)
    (leaf,) = leaves.all
    leaf.look_again()
    assert leaves.sharing([x.grad[1:]]) == ([leaf], [])
    assert leaves.sharing([x.data]) == ([], [leaf])
    assert leaves.sharing([x.grad.clone()]) == ([], [])


def test_sparse_tensors_share_the_memory_of_their_values():
    sparse = torch.tensor([1.0, 0.0]).to_sparse()
    assert storage_of(sparse) == storage_of(sparse.detach())


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ([1.0], [1.0], True),
        ([float("nan")], [float("nan")], True),
        ([float("nan")], [0.0], False),
        ([1.0], [2.0], False),
        ([1.0], [1.0, 2.0], False),
        (None, [0.0], False),
        (None, None, True),
    ],
)
def test_two_documents_are_the_same_if_their_numbers_are_equal(one, other, equal):
    def document(data):
        return None if data is None else {"shape": [len(data)], "dtype": "float32", "device": "cpu", "data": data}

    assert same(document(one), document(other)) is equal


def test_each_of_many_leaves_is_found_when_it_moves_and_by_what_it_shares():
    tensors = {f"w{number}": torch.tensor([float(number)], requires_grad=True) for number in range(50)}
    leaves = Leaves(tensors)
    tensors["w7"].detach().add_(1)
    (tensors["w3"] * tensors["w20"]).backward()
    assert [leaf.name for leaf in leaves.moved()] == ["w3", "w7", "w20"]
    assert [*map(leaves.sharing, [[tensors["w3"].grad], [tensors["w7"].data]])] == [([], []), ([], [leaves.by_name["w7"]])]
    for leaf in leaves.moved():
        leaf.visible_changes()
    assert leaves.moved() == []
    shared = tensors["w20"].grad
    tensors["w5"].grad = shared
    leaves.by_name["w5"].visible_changes()
    assert leaves.sharing([shared]) == ([leaves.by_name["w5"], leaves.by_name["w20"]], [])
    tensors["w20"].grad = None
    assert [leaf.name for leaf in leaves.moved()] == ["w20"]
    leaves.by_name["w20"].visible_changes()
    assert leaves.sharing([shared]) == ([leaves.by_name["w5"]], [])
    leaves.by_name["w9"].escaped = (4,)
    shared.add_(1)
    assert [leaf.name for leaf in leaves.moved()] == ["w5", "w9"]


def test_leaves_without_version_counters_are_looked_at_one_by_one():
    with torch.inference_mode():
        counted = torch.tensor([1.0])
    leaves = Leaves({"x": counted, "w": torch.tensor([1.0], requires_grad=True)})
    assert leaves.moved() == []
    leaves.by_name["w"].tensor.detach().add_(1)
    assert [leaf.name for leaf in leaves.moved()] == ["w"]
