"""One call against one step."""

from dataclasses import replace

import pytest

from grader.marking.call_groups import expected_units
from grader.marking.effect import judge, run_of
from grader.marking.values import Rules
from grader.records.trace import LeafState

RULES = Rules()
SQUARE = ("backward", {"x": (1, 2)})


@pytest.fixture
def stand(toy):
    """How the last action of one program stands to the last action of another; `answer` answers every question."""

    def stand(steps, program, answer=None, rules=RULES, change=lambda call: call, raises=None):
        start = toy.start(x=2.0, y=3.0)
        (step,) = expected_units([(len(steps) - 1, toy.calls(start, steps)[-1])])
        (call,) = expected_units([(0, change(toy.calls(start, program)[-1]))])
        return judge(step, call, rules, raises, lambda index, state: answer and toy.call(state, answer).after)

    return stand


def test_the_same_state_matches(stand):
    assert stand([SQUARE], [SQUARE]) == "matched"


def test_the_right_share_on_a_wrong_gradient_is_carried(stand):
    assert stand([SQUARE, ("zero", ("x",), False), SQUARE], [SQUARE, SQUARE]) == "carried"
    assert stand([SQUARE], [("backward", {"x": (5, 1)}), SQUARE]) == "carried"


def test_another_share_is_wrong(stand):
    assert stand([SQUARE], [("backward", {"x": (2, 2)})]) == "wrong"


def test_a_share_for_another_leaf_as_well_is_wrong(stand):
    assert stand([SQUARE], [SQUARE, ("backward", {"x": (1, 2), "y": (1, 1)})]) == "wrong"


def test_a_leaf_that_received_nothing_is_wrong(stand):
    both = ("backward", {"x": (1, 2), "y": (1, 2)})
    assert stand([both, both], [SQUARE]) == "wrong"


def test_a_backward_on_other_values_is_asked_about(stand):
    moved = [("backward", {"x": (3, 1)}), ("update", ("x",), 0.5), SQUARE]
    assert stand([SQUARE], moved) == "wrong"
    assert stand([SQUARE], moved, answer=SQUARE) == "carried"
    assert stand([SQUARE], moved, answer=("backward", {"x": (2, 2)})) == "wrong"


def test_a_gradient_of_another_dtype_is_wrong(stand, toy):
    def halved(call):
        leaf = call.after["x"]
        return replace(call, after={**call.after, "x": LeafState(leaf.value, replace(leaf.grad, dtype="float16"))})

    assert stand([SQUARE], [SQUARE, SQUARE], change=halved) == "wrong"


def test_a_zero_on_a_wrong_state_is_carried_if_it_leaves_what_the_step_leaves(stand):
    moved = [SQUARE, ("update", ("x",), 0.5)]
    zero, none = ("zero", ("x",), False), ("zero", ("x",), True)
    assert stand([SQUARE, zero], [*moved, zero]) == "carried"
    assert stand([SQUARE, none], [*moved, none]) == "carried"
    assert stand([SQUARE, zero], [*moved, none]) == "wrong"
    assert stand([SQUARE, none], [*moved, zero]) == "wrong"
    assert stand([SQUARE, zero], [*moved, none], rules=Rules(none_is_zero=True)) == "carried"


def test_a_zero_of_another_leaf_is_wrong(stand):
    both = ("backward", {"x": (1, 2), "y": (1, 2)})
    assert stand([both, ("zero", ("x",), False)], [both, ("zero", ("y",), False)]) == "wrong"
    assert stand([both, ("zero", ("x",), False)], [both, ("zero", ("x", "y"), False)]) == "wrong"


def test_a_step_of_the_right_optimizer_is_carried_on_any_state(stand):
    step = ("step", ("x",), 0.1, "optimizer")
    assert stand([SQUARE, step], [SQUARE, SQUARE, step]) == "carried"
    assert stand([SQUARE, step], [SQUARE, SQUARE, ("step", ("x",), 0.1, "other")]) == "wrong"


def test_a_step_by_hand_is_judged_by_its_effect(stand):
    step, hand = ("step", ("x",), 0.1, "optimizer"), ("update", ("x",), 0.1)
    assert stand([SQUARE, step], [SQUARE, hand]) == "matched"
    assert stand([SQUARE, step], [SQUARE, SQUARE, hand]) == "wrong"
    assert stand([SQUARE, step], [SQUARE, SQUARE, hand], answer=step) == "carried"
    built = [SQUARE, SQUARE, ("step", ("x",), 0.1, "")]
    assert stand([SQUARE, step], built, answer=step) == "carried"


def test_an_edit_from_the_same_state_needs_no_question(stand):
    half, third = ("edit", ("x",), 0.5), ("edit", ("x",), 0.3)
    assert stand([SQUARE, half], [SQUARE, third], answer=third) == "wrong"
    assert stand([SQUARE, half], [SQUARE, SQUARE, half], answer=half) == "carried"


def test_a_call_that_raised_is_wrong_unless_the_step_raises_that(stand, toy):
    def failed(call):
        return replace(call, raised=toy.raising("a second time"))

    assert stand([SQUARE], [SQUARE], change=failed) == "wrong"
    assert stand([SQUARE], [SQUARE], change=failed, raises="second") == "matched"
    assert stand([SQUARE], [SQUARE], change=failed, raises="third") == "wrong"
    assert stand([SQUARE], [SQUARE], raises="second") == "wrong"
    assert stand([SQUARE], [SQUARE, SQUARE], change=failed, raises="second") == "carried"


def test_a_run_goes_from_the_first_state_to_the_last(toy):
    start = toy.start(x=2.0, y=3.0)
    groups = expected_units(list(enumerate(toy.calls(start, [("update", ("x",), 0.1), ("update", ("y",), 0.1)]))))
    run = run_of(groups)
    assert (run.members, run.touched, run.before, run.after) == ((0, 1), {"x", "y"}, start, groups[1].after)
