"""The watched leaves: what counts as a change, and what is sent of it."""

import pytest
import torch

from grader.worker.snapshot import LOOKS_OF_A_CALL, Arrivals, Leaves, same, storage_of


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


MANY = 2 * LOOKS_OF_A_CALL


@pytest.fixture
def many():
    return {f"w{number}": torch.tensor([1.0], requires_grad=True) for number in range(MANY)}


def test_of_many_leaves_a_call_looks_at_those_that_it_can_write_and_every_few_calls_at_all(many):
    leaves = Leaves(many, every_call=False)
    many["w5"].detach().add_(1)
    found = [leaves.moved_before([leaves.by_name["w9"]]) for _ in range(2)]
    assert found == [[], []]
    assert not leaves.noticed_late
    assert leaves.moved_before([leaves.by_name["w9"]]) == [leaves.by_name["w5"]]
    assert leaves.noticed_late


def test_a_change_at_a_call_that_looks_at_all_leaves_is_not_late(many):
    leaves = Leaves(many)
    for name in ("w5", "w7"):
        many[name].detach().add_(1)
        [moved] = leaves.moved_before([])
        assert moved.name == name
        moved.visible_changes()
    assert not leaves.noticed_late


def test_a_change_that_the_call_itself_made_is_not_late(many):
    leaves = Leaves(many, every_call=False)
    written = [leaves.by_name["w5"]]
    for _ in range(5):
        assert leaves.moved_before(written) == []
        many["w5"].detach().add_(1)
        assert leaves.moved_by(written) == written
        written[0].changes(grad=True, value=True)
    assert leaves.moved() == []
    assert not leaves.noticed_late


def test_leaves_whose_numbers_can_change_unseen_are_looked_at_for_each_call(many):
    leaves = Leaves(many, every_call=False)
    leaves.by_name["w5"].escaped = (3,)
    assert [leaves.moved_before([]) for _ in range(5)] == [[leaves.by_name["w5"]]] * 5
    assert not leaves.noticed_late


def test_a_gradient_that_arrives_at_a_changed_gradient_shows_that_the_change_was_noticed_late(many):
    leaves = Leaves(many, every_call=False)
    arrivals = Arrivals(leaves, lambda name: None)
    leaves.moved_before([])
    (many["w5"] * 2).backward()
    assert not leaves.noticed_late
    (many["w5"] * 2).backward()
    assert leaves.noticed_late
    arrivals.remove()
