"""Replays in this process: steps on a state that was sent, one after another in the same objects."""

import pytest

from grader.worker import replays as replays_module
from grader.worker.replays import ReplayedCase

SETUP = {
    "data": {},
    "modules": {},
    "tensors": {"x": {"value": [2.0], "dtype": "float32"}, "w": {"value": [3.0], "dtype": "float32"}},
    "optimizers": {"sgd": "SGD([x], lr=0.5)", "moving": "SGD([x], lr=0.5, momentum=0.5)"},
}


def tensor(*data, dtype="float32"):
    return {"shape": [len(data)], "dtype": dtype, "device": "cpu", "data": list(data)}


def backward(text):
    options = {"gradient": [], "retain_graph": False, "create_graph": False, "inputs": []}
    return {"verb": "backward", "is_call": True, "look": [], "of": [text]} | options


def step(verb, **action):
    return {"verb": verb, "is_call": True, "look": []} | action


ZERO = step("zero", of=["x"], set_to_none=None)
LET = step("let", names=[["y", "x * w"]])


def request(before, *steps, own=0, leaves=("x", "w"), **more):
    """A request with steps of its own; the places are filled in by `ask`."""
    return {"new_steps": list(steps), "own": own, "leaves": list(leaves), "before": before, "start": None, "flags": None} | (
        {"from_setup": False, "walk": None} | more
    )


@pytest.fixture
def ask():
    """What a request leaves. The requests of one test are sent to the same objects."""
    replays, count = ReplayedCase(SETUP, "cpu"), 0

    def ask(request):
        nonlocal count
        steps = list(range(count, count + len(request["new_steps"]) - (request["flags"] is not None)))
        count += len(request["new_steps"])
        return replays.perform({"steps": steps} | request)["after"]

    return ask


def state(x, grad=None, w=3.0):
    return {
        "x": {"value": tensor(x), "grad": None if grad is None else tensor(grad)},
        "w": {"value": tensor(w), "grad": None},
    }


def test_the_answer_has_only_what_changed(ask):
    assert ask(request(state(5.0, 100.0), backward("x**2"))) == {"x": {"grad": tensor(110.0)}}
    assert ask(request({}, step("set", targets=[["x", "x - 1"]]))) == {"x": {"value": tensor(4.0)}}
    assert ask(request({}, ZERO)) == {"x": {"grad": tensor(0.0)}}
    assert ask(request({"x": {"grad": tensor(0.0)}}, ZERO)) == {}


def test_nothing_is_left_of_the_replay_before(ask):
    first = request(state(2.0), LET, backward("y"))
    answer = {"x": {"grad": tensor(3.0)}, "w": {"grad": tensor(2.0)}}
    assert ask(first) == answer
    assert ask(request({}, step("set", targets=[["x", "x * 0"]]))) == {"x": {"value": tensor(0.0)}}
    assert ask(request({}, step("requires_grad", of=[["x", False]]), backward("x * w"))) == {"w": {"grad": tensor(2.0)}}
    assert ask(request({}, backward("y"))) == {}  # the name is not bound any more
    assert ask(request({}, *first["new_steps"])) == answer


def test_a_name_of_the_setup_that_a_step_binds_has_its_own_meaning_afterwards(ask):
    assert ask(request(state(2.0), step("let", names=[["x", "w * 2"]]), backward("x"))) == {"w": {"grad": tensor(2.0)}}
    assert ask(request({}, backward("x"))) == {"x": {"grad": tensor(1.0)}}


def test_earlier_steps_are_performed_on_the_start(ask):
    """The loss keeps the product of the start, and reads the leaves themselves in the state before the step."""
    start, before = state(2.0), state(10.0, 1.0, w=7.0)
    let = step("let", names=[["y", "(x * w)**2"]])
    assert ask(request(before, let, ZERO, backward("y"), own=2, start=start)) == {
        "x": {"grad": tensor(1.0 + 2 * (2.0 * 3.0) * 7.0)},
        "w": {"grad": tensor(2 * (2.0 * 3.0) * 10.0)},
    }


def test_a_step_that_raises_leaves_what_it_has_done_so_far(ask):
    targets = [["x", "x + 1"], ["w", "missing"]]
    assert ask(request(state(2.0), step("set", targets=targets))) == {}
    assert ask(request({}, step("let", names=[["y", "missing"]]), backward("x"))) is None


def test_a_value_that_cannot_be_observed_ends_the_replay_before_its_last_step(ask):
    assert ask(request(state(2.0), LET | {"look": ["missing"]}, backward("y"))) is None
    assert ask(request({}, LET | {"look": ["y"]}, backward("y") | {"look": ["missing"]})) is not None


def test_with_the_whole_past_the_optimizer_has_its_memory(ask):
    steps = [backward("x**2"), step("step", optimizer="moving"), ZERO, step("step", optimizer="moving")]
    whole = request(state(5.0, 0.0), *steps, own=3, from_setup=True)
    for _ in range(2):
        assert ask(whole) == {"x": {"value": tensor(4.0)}}


def test_a_walk_goes_on_as_if_there_had_been_no_replay(ask):
    """The memory of the optimizer at a step is that of the steps before it, whatever was replayed between them."""
    moving, start = step("step", optimizer="moving"), [backward("x**2"), step("step", optimizer="moving")]
    whole = [ask(request(state(5.0, 1.0), *start * number, moving, own=2 * number, from_setup=True)) for number in (1, 2, 3)]
    walk = [ask(request({}, *start, moving, own=2, from_setup=True, walk="anew"))]
    walk += [ask(request(change, *start, moving, own=2, from_setup=True, walk="on")) for change in ({}, {})]
    assert walk == whole
    wide = {"x": {"value": tensor(1.0, 2.0), "grad": tensor(1.0, 1.0)}}
    ask(request(wide, moving, from_setup=True, walk="on"))
    assert ask(request(state(5.0, 1.0), moving, from_setup=True, walk="on")) == whole[2]
    assert ask(request({}, *start, moving, own=2, from_setup=True, walk="anew")) == whole[0]
    assert len({str(each) for each in whole}) == 3


def test_flags_say_what_requires_a_gradient_at_the_first_step(ask):
    freeze = step("requires_grad", of=[["x", False]])
    assert ask(request(state(2.0), backward("x * w"), freeze, flags=1)) == {"w": {"grad": tensor(2.0)}}
    assert ask(request({}, backward("x * w"))) == {"x": {"grad": tensor(3.0)}, "w": {"grad": tensor(2.0)}}


def test_objects_are_built_once_unless_a_shape_or_dtype_was_changed(ask, monkeypatch):
    built, build = [], replays_module.build
    monkeypatch.setattr(replays_module, "build", lambda *arguments: built.append(1) or build(*arguments))
    for number in range(10):
        ask(request(state(float(number)), backward("x * w")))
    assert len(built) == 1
    wide = {"x": {"value": tensor(1.0, 2.0), "grad": tensor(0.0, 0.0)}}
    assert ask(request(wide, backward("sum(x)"))) == {"x": {"grad": tensor(1.0, 1.0)}}
    exact = {"x": {"value": tensor(1.0, dtype="float64"), "grad": None}}
    assert ask(request(exact, backward("sum(x)"))) == {"x": {"grad": tensor(1.0, dtype="float64")}}
    assert ask(request(state(2.0), backward("x * w"))) == {"x": {"grad": tensor(3.0)}, "w": {"grad": tensor(2.0)}}
    assert len(built) == 3


def test_a_state_that_torch_refuses_has_no_answer_and_changes_no_other(ask):
    assert ask(request(state(2.0) | {"x": {"value": tensor(1.0), "grad": tensor(1.0, 2.0)}}, backward("x"))) is None
    assert ask(request({"x": {"grad": None}, "w": {"value": tensor(1.0) | {"shape": [7]}}}, backward("x * w"))) is None
    assert ask(request({"w": {"value": tensor(4.0)}}, backward("x * w")))["x"] == {"grad": tensor(4.0)}
