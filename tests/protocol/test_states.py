"""The states of a run share their history: each reads like the dict that it stands for."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records.states import COPIED_LEAVES, StateAtMoment, StateSequence
from grader.records.trace import LeafState, ReplayRequest, TensorValue, have_same_leaves, identity_of


def leaf(number):
    return LeafState(TensorValue((), "float32", "cpu", (float(number),)), None)


def leaves(count):
    return {f"leaf{number}": leaf(number) for number in range(count)}


CHANGES = st.lists(st.dictionaries(st.integers(0, 39), st.integers(), max_size=4), max_size=12)


@given(
    st.sampled_from([1, COPIED_LEAVES, COPIED_LEAVES + 1, 40]),
    CHANGES,
)
def test_each_state_stays_what_a_dict_would_be(count, changes):
    sequence, known = StateSequence(leaves(count)), [leaves(count)]
    states = [sequence.now]
    for change in changes:
        named = {f"leaf{number % count}": leaf(value) for number, value in change.items()}
        sequence.change(named)
        states.append(sequence.now)
        known.append(known[-1] | named)
    for state, expected in zip(states, known, strict=True):
        assert state == expected
        assert expected == state
        assert {**state} == expected
        assert list(state.items()) == list(expected.items())
        assert (len(state), "leaf0" in state, "y" in state) == (count, True, False)
        assert repr(state) == repr(expected)
    assert [one == other for one in states for other in states] == [one == other for one in known for other in known]


def test_a_call_without_changes_shares_its_state():
    sequence = StateSequence(leaves(1000))
    before = sequence.now
    sequence.change({})
    assert sequence.now is before


def test_the_states_of_many_calls_on_many_leaves_take_memory_only_for_the_changes():
    sequence, changed = StateSequence(leaves(1000)), leaf(-1)
    tracemalloc.start()
    try:
        states = []
        for number in range(10_000):
            sequence.change({f"leaf{number % 1000}": changed})
            states.append(sequence.now)
        assert tracemalloc.get_traced_memory()[0] < 10_000 * 300  # a copied dict would take 37,000 bytes a call
    finally:
        tracemalloc.stop()
    assert isinstance(states[0], StateAtMoment)
    assert [states[number]["leaf7"] is changed for number in (6, 7, 9_999)] == [False, True, True]


def test_an_unknown_leaf_is_a_key_error():
    for count in (1, 1000):
        with pytest.raises(KeyError):
            StateSequence(leaves(count)).now["y"]


@given(st.sampled_from([1, COPIED_LEAVES, 40]), CHANGES)
def test_states_have_the_identity_of_their_leaves_however_they_are_kept(count, changes):
    sequence = StateSequence(leaves(count))
    states = [sequence.now]
    for change in changes:
        sequence.change({f"leaf{number % count}": leaf(value) for number, value in change.items()})
        states.append(sequence.now)
    for state in states:
        assert identity_of(state) == identity_of(dict(state)) == identity_of(dict(reversed(dict(state).items())))
        assert have_same_leaves(state, dict(state))
    for one in states:
        for other in states:
            assert have_same_leaves(one, other) == all(one[name] is other[name] for name in one)


def test_requests_are_equal_if_they_share_their_leaves_and_not_if_they_only_have_the_same_numbers():
    state, twin = leaves(40), leaves(40)
    request = ReplayRequest(0, 1, state)
    assert request == ReplayRequest(0, 1, dict(state))
    assert hash(request) == hash(ReplayRequest(0, 1, StateSequence(state).now))
    assert {request: "found"}[ReplayRequest(0, 1, StateSequence(state).now)] == "found"
    for other in (ReplayRequest(0, 1, twin), ReplayRequest(0, 2, state), ReplayRequest(1, 1, state), ReplayRequest(0, 1, {})):
        assert request != other


def test_many_requests_of_one_step_are_found_without_comparing_their_numbers():
    class Compared(float):
        def __eq__(self, other):
            raise AssertionError("the numbers of a state were compared")

        __hash__ = float.__hash__

    def numbers():
        return {"x": LeafState(TensorValue((), "float32", "cpu", (Compared(1.0),)), None)}

    states = [numbers() for _ in range(2_000)]
    answers = {ReplayRequest(0, 3, state): number for number, state in enumerate(states)}
    assert [answers[ReplayRequest(0, 3, state)] for state in states] == list(range(2_000))
