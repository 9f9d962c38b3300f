"""One call compared with one step."""

from dataclasses import replace

import pytest

from grader.marking.call_groups import expected_groups
from grader.marking.effect import effect_of, joined
from grader.marking.values import Rules
from grader.records.trace import LeafState

RULES = Rules()
SQUARE = ("backward", {"x": (1, 2)})


@pytest.fixture
def effect(toy):
    """The effect of the last action of a program, compared with the last step; `replayed` is the action that replays perform."""

    def effect(steps, program, replayed=None, rules=RULES, change=lambda call: call, raises=None):
        start = toy.start(x=2.0, y=3.0)
        (step,) = expected_groups([(len(steps) - 1, toy.calls(start, steps)[-1])])
        (call,) = expected_groups([(0, change(toy.calls(start, program)[-1]))])
        return effect_of(step, call, rules, raises, lambda index, state: replayed and toy.call(state, replayed).after)

    return effect


def test_the_same_state_matches(effect):
    assert effect([SQUARE], [SQUARE]) == "matched"


def test_the_right_contribution_to_a_wrong_gradient_is_carried(effect):
    assert effect([SQUARE, ("zero", ("x",), False), SQUARE], [SQUARE, SQUARE]) == "carried"
    assert effect([SQUARE], [("backward", {"x": (5, 1)}), SQUARE]) == "carried"


def test_another_contribution_is_wrong(effect):
    assert effect([SQUARE], [("backward", {"x": (2, 2)})]) == "wrong"


def test_a_contribution_to_one_more_leaf_is_wrong(effect):
    assert effect([SQUARE], [SQUARE, ("backward", {"x": (1, 2), "y": (1, 1)})]) == "wrong"


def test_a_leaf_that_received_nothing_is_wrong(effect):
    both = ("backward", {"x": (1, 2), "y": (1, 2)})
    assert effect([both, both], [SQUARE]) == "wrong"


def test_a_backward_on_other_values_needs_a_replay(effect):
    moved = [("backward", {"x": (3, 1)}), ("update", ("x",), 0.5), SQUARE]
    assert effect([SQUARE], moved) == "wrong"
    assert effect([SQUARE], moved, replayed=SQUARE) == "carried"
    assert effect([SQUARE], moved, replayed=("backward", {"x": (2, 2)})) == "wrong"


def test_a_gradient_of_another_dtype_is_wrong(effect, toy):
    def halved(call):
        leaf = call.after["x"]
        return replace(call, after={**call.after, "x": LeafState(leaf.value, replace(leaf.grad, dtype="float16"))})

    assert effect([SQUARE], [SQUARE, SQUARE], change=halved) == "wrong"


def test_a_zero_on_a_wrong_state_is_carried_if_it_leaves_the_same_as_the_step(effect):
    moved = [SQUARE, ("update", ("x",), 0.5)]
    zero, none = ("zero", ("x",), False), ("zero", ("x",), True)
    assert effect([SQUARE, zero], [*moved, zero]) == "carried"
    assert effect([SQUARE, none], [*moved, none]) == "carried"
    assert effect([SQUARE, zero], [*moved, none]) == "wrong"
    assert effect([SQUARE, none], [*moved, zero]) == "wrong"
    assert effect([SQUARE, zero], [*moved, none], rules=Rules(none_is_zero=True)) == "carried"


def test_a_zero_of_another_leaf_is_wrong(effect):
    both = ("backward", {"x": (1, 2), "y": (1, 2)})
    assert effect([both, ("zero", ("x",), False)], [both, ("zero", ("y",), False)]) == "wrong"
    assert effect([both, ("zero", ("x",), False)], [both, ("zero", ("x", "y"), False)]) == "wrong"


def test_a_step_of_the_right_optimizer_is_carried_on_any_state(effect):
    step = ("step", ("x",), 0.1, "optimizer")
    assert effect([SQUARE, step], [SQUARE, SQUARE, step]) == "carried"
    assert effect([SQUARE, step], [SQUARE, SQUARE, ("step", ("x",), 0.1, "other")]) == "wrong"


def test_a_step_of_the_right_optimizer_with_another_rate_is_wrong(effect):
    step, faster = ("step", ("x",), 0.1, "optimizer"), ("step", ("x",), 0.2, "optimizer")

    def altered(call):
        return replace(call, altered="lr")

    assert effect([SQUARE, step], [SQUARE, SQUARE, faster], change=altered) == "wrong"
    assert effect([SQUARE, step], [SQUARE, SQUARE, faster], replayed=step, change=altered) == "wrong"
    assert effect([SQUARE, step], [SQUARE, SQUARE, step], replayed=step, change=altered) == "carried"
    assert effect([SQUARE, step], [SQUARE, faster], replayed=step, change=altered) == "wrong"


def test_a_step_by_hand_is_judged_by_its_effect(effect):
    step, hand = ("step", ("x",), 0.1, "optimizer"), ("update", ("x",), 0.1)
    assert effect([SQUARE, step], [SQUARE, hand]) == "matched"
    assert effect([SQUARE, step], [SQUARE, SQUARE, hand]) == "wrong"
    assert effect([SQUARE, step], [SQUARE, SQUARE, hand], replayed=step) == "carried"
    built = [SQUARE, SQUARE, ("step", ("x",), 0.1, "")]
    assert effect([SQUARE, step], built, replayed=step) == "carried"


def test_an_edit_from_the_same_state_needs_no_replay(effect):
    half, third = ("edit", ("x",), 0.5), ("edit", ("x",), 0.3)
    assert effect([SQUARE, half], [SQUARE, third], replayed=third) == "wrong"
    assert effect([SQUARE, half], [SQUARE, SQUARE, half], replayed=half) == "carried"


def test_a_call_that_raised_is_wrong_unless_the_step_raises_that(effect, toy):
    def failed(call):
        return replace(call, raised=toy.raising("a second time"))

    assert effect([SQUARE], [SQUARE], change=failed) == "wrong"
    assert effect([SQUARE], [SQUARE], change=failed, raises="second") == "matched"
    assert effect([SQUARE], [SQUARE], change=failed, raises="third") == "wrong"
    assert effect([SQUARE], [SQUARE], raises="second") == "wrong"
    assert effect([SQUARE], [SQUARE, SQUARE], change=failed, raises="second") == "carried"


def test_joined_calls_go_from_the_first_state_to_the_last(toy):
    start = toy.start(x=2.0, y=3.0)
    groups = expected_groups(list(enumerate(toy.calls(start, [("update", ("x",), 0.1), ("update", ("y",), 0.1)]))))
    group = joined(groups)
    assert (group.members, group.touched, group.before, group.after) == ((0, 1), {"x", "y"}, start, groups[1].after)
