"""The `wrong` entries become whole programs, made from the right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.spec.read_exercise import ExerciseFolder, read_exercise
from grader.spec.yaml_source import read_text

STEPS = """steps:
- backward: x**2
- for: i
  in: range(2)
  do:
  - backward: x*i
    expect: [{x.grad: 1.0}, {x.grad: 2.0}]
  - zero: x
- backward: x**4
"""


def wrong_of(exercise):
    return [(step.number, step.text) for step in exercise.wrong[0].steps]


SQUARE, ROUND, ZERO, FOURTH = (1, "(x**2).backward()"), (2, "(x*i).backward()"), (3, "x.grad.zero_()"), (4, "(x**4).backward()")


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ("{1: null}", [ROUND, ZERO, ROUND, ZERO, FOURTH]),
        ("{3: null}", [SQUARE, ROUND, ROUND, FOURTH]),
        ("{2: null, 3: null}", [SQUARE, FOURTH]),
        ("{1: {backward: x}}", [(1, "x.backward()"), ROUND, ZERO, ROUND, ZERO, FOURTH]),
        ("{1: 4}", [FOURTH, ROUND, ZERO, ROUND, ZERO, FOURTH]),
        ("{1: [4, 1]}", [FOURTH, SQUARE, ROUND, ZERO, ROUND, ZERO, FOURTH]),
        ("{2: [{zero: x}, 2], 3: null}", [SQUARE, (2, "x.grad.zero_()"), ROUND, (2, "x.grad.zero_()"), ROUND, FOURTH]),
        ("{4: [4, 3]}", [SQUARE, ROUND, ZERO, ROUND, ZERO, FOURTH, ZERO]),
        ("{4: {for: k, in: range(2), do: [{backward: x*k}]}}", [SQUARE, *[ROUND, ZERO] * 2, *[(4, "(x*k).backward()")] * 2]),
        ("{1: []}", [ROUND, ZERO, ROUND, ZERO, FOURTH]),
    ],
)
def test_instead_replaces_a_step_by_others(instead, expected, sample, exercise_of):
    text = sample(steps=STEPS, extra=f"wrong:\n- {{name: a, misconception: sign, instead: {instead}}}\n")
    assert wrong_of(exercise_of(text)) == expected


def test_a_whole_wrong_program_has_its_own_numbers(sample, exercise_of):
    loop = "{for: k, in: range(2), do: [{backward: k*x}]}"
    wrong = f"wrong:\n- name: a\n  misconception: sign\n  steps:\n  - zero: x\n  - {loop}\n"
    exercise = exercise_of(sample(steps=STEPS, extra=wrong))
    assert wrong_of(exercise) == [(1, "x.grad.zero_()"), (2, "(k*x).backward()"), (2, "(k*x).backward()")]
    assert exercise.wrong[0].name == "a"
    assert exercise.wrong[0].misconception == "sign"
    assert str(exercise.wrong[0].where) == "exercise.yaml:18:9"


def test_a_step_of_the_right_program_keeps_its_expect(sample, exercise_of):
    wrong = "wrong:\n- {name: a, misconception: sign, instead: {2: [3, 2], 3: null}}\n"
    exercise = exercise_of(sample(steps=STEPS, extra=wrong))
    again = [step for step in exercise.wrong[0].steps if step.number == 2]
    assert [[each.text for each in step.expect] for step in again] == [["x.grad"], ["x.grad"]]


def test_a_wrong_program_can_have_another_number_of_passes(sample, exercise_of):
    wrong = "wrong:\n- {name: a, misconception: sign, instead: {4: [2, 2]}}\n"
    text = sample(steps=STEPS.replace("x*i", "x"), extra=wrong)
    assert [step.number for step in exercise_of(text).wrong[0].steps] == [1, 2, 3, 2, 3, 2, 2]


def test_a_step_with_a_loop_variable_cannot_be_moved_out_of_its_loop(sample, problems_of):
    wrong = "wrong:\n- {name: a, misconception: sign, instead: {4: [4, 2]}}\n"
    (problem,) = problems_of(sample(steps=STEPS, extra=wrong))
    assert "this change makes another step wrong: `i` is not declared." in problem


@given(order=st.permutations([1, 2, 3, 4]), place=st.integers(1, 4))
def test_numbers_in_any_order_are_replaced_by_those_steps(order, place):
    """Step `place` is replaced by the steps of `order`; the others stay in place."""
    steps = "".join(f"- backward: x*{number}\n" for number in range(1, 5))
    text = "id: sample\ntitle: S\nkind: write\nfunction: solve(x)\ntensors: {x: 1.0}\nnone_is_zero: false\n"
    text += f"steps:\n{steps}wrong:\n- {{name: a, misconception: sign, instead: {{{place}: {order}}}}}\n"
    source, _ = read_text(text, "a.yaml")
    exercise, problems = read_exercise(source, ExerciseFolder("core", "sample", 1))
    assert problems == []
    expected = [*range(1, place), *order, *range(place + 1, 5)]
    assert [step.number for step in exercise.wrong[0].steps] == expected
