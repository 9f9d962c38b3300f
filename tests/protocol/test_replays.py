"""Replays are sent with what the worker does not know yet, and their answers are held to what they may change."""

import json

import pytest
from helpers.toy import tensor

from grader.expressions.parse import parse
from grader.protocol.messages import MalformedMessage, read_message
from grader.protocol.replays import ReplayJob, ReplayProgram, ReplayReader, ReplayWriter
from grader.records.exercise import Backward, Expectation, Limits, RequiresGrad, Setup, Step, TensorSpec
from grader.records.states import StateSequence, with_changes
from grader.records.trace import LeafState

STEPS = tuple(
    Step("backward", Backward((parse(text),)), 1, "", expect=(Expectation(parse("x.grad"), "x.grad", (123.0,)),))
    for text in ("x**2", "x * w", "x**2")
)
JOB = ReplayJob(Setup(), [{"x": TensorSpec((2.0,))}, {"x": TensorSpec((3.0,))}], STEPS, (), Limits())


def document(number):
    return {"shape": [1], "dtype": "float32", "device": "cpu", "data": [float(number)]}


def lines_of(text):
    return [json.loads(line) for line in text.decode().splitlines()]


STATE = {"x": LeafState(tensor(1), None), "w": LeafState(tensor(2), tensor(3))}


def test_a_step_and_a_state_are_sent_once_for_each_case():
    writer = ReplayWriter(JOB)
    setup, first = lines_of(writer.line(ReplayProgram(0, 0, 0, 0, ("x", "w"), STATE)))
    assert setup["replays"]["tensors"]["x"] == {"value": [2.0], "dtype": "float32"}
    assert first["replay"]["new_steps"] == [{"verb": "backward", "is_call": True, "look": [], "of": ["x**2"]} | OPTIONS]
    assert first["replay"]["before"] == {
        "x": {"value": document(1), "grad": None},
        "w": {"value": document(2), "grad": document(3)},
    }
    changed = with_changes(STATE, {"w": LeafState(STATE["w"].value, tensor(4))})
    (again,) = lines_of(writer.line(ReplayProgram(0, 2, 2, 2, ("x", "w"), changed)))
    assert (again["replay"]["new_steps"], again["replay"]["steps"]) == ([], [0])
    assert again["replay"]["before"] == {"w": {"grad": document(4)}}
    (other,) = lines_of(writer.line(ReplayProgram(0, 1, 1, 1, ("x",), STATE)))
    assert (len(other["replay"]["new_steps"]), other["replay"]["steps"], other["replay"]["before"]) == (1, [1], {})
    setup, first = lines_of(writer.line(ReplayProgram(1, 0, 0, 0, ("x",), STATE)))
    assert setup["replays"]["tensors"]["x"]["value"] == [3.0]
    assert (len(first["replay"]["new_steps"]), list(first["replay"]["before"])) == (1, ["x"])


OPTIONS = {"gradient": [], "retain_graph": False, "create_graph": False, "inputs": []}


def test_the_start_is_sent_beside_the_state_and_flags_are_a_step():
    flags = RequiresGrad(((parse("x"), False),))
    _, sent = lines_of(ReplayWriter(JOB).line(ReplayProgram(0, 0, 1, 1, ("x",), STATE, STATE, flags)))
    replay = sent["replay"]
    assert (replay["steps"], replay["own"], replay["flags"]) == ([0, 1], 1, 2)
    assert replay["new_steps"][2]["of"] == [["x", False]]
    assert replay["new_steps"][0]["look"] == ["x.grad"]
    assert replay["new_steps"][1]["look"] == []
    assert replay["start"] == replay["before"] == {"x": {"value": document(1), "grad": None}}


def test_no_expected_value_is_sent():
    assert b"123" not in ReplayWriter(JOB).line(ReplayProgram(0, 0, 2, 2, ("x", "w"), STATE, STATE))


def answer(after):
    return read_message(json.dumps({"message": "replayed", "after": after}).encode())


def test_an_answer_changes_only_what_it_names():
    reader = ReplayReader(ReplayProgram(0, 0, 0, 0, ("x", "w"), STATE))
    assert reader.changes is None
    assert reader.read(answer({"x": {"grad": document(9)}}))
    assert reader.changes == {"x": LeafState(tensor(1), tensor(9))}
    assert reader.changes["x"].value is STATE["x"].value


def test_an_answer_may_say_that_the_step_was_not_reached():
    reader = ReplayReader(ReplayProgram(0, 0, 0, 0, ("x",), STATE))
    assert reader.read(answer(None))
    assert reader.changes is None


def test_an_answer_about_other_leaves_and_any_other_message_are_malformed():
    reader = ReplayReader(ReplayProgram(0, 0, 0, 0, ("x",), STATE))
    with pytest.raises(MalformedMessage, match="a leaf that its steps do not use"):
        reader.read(answer({"w": {"grad": None}}))
    with pytest.raises(MalformedMessage, match="in place of what a replay left"):
        reader.read(read_message(b'{"message": "end", "how": "returned"}'))


@pytest.mark.parametrize("count", [1, 40])
def test_a_changed_state_reads_like_a_dict(count):
    before = StateSequence({f"leaf{number}": LeafState(tensor(number), None) for number in range(count)}).now
    new = LeafState(tensor(-1), None)
    state = with_changes(before, {"leaf0": new})
    expected = dict(before) | {"leaf0": new}
    assert state == expected
    assert list(state.items()) == list(expected.items())
    assert ("leaf0" in state, "other" in state, len(state), repr(state)) == (True, False, count, repr(expected))
    assert with_changes(before, {}) is before
