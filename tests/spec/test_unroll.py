"""Loops are unrolled in Python's order, with loop variables replaced by their expressions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.expressions.write import to_text
from grader.spec.read_exercise import ExerciseFolder, read_exercise
from grader.spec.yaml_source import read_text

DATA = """data:
  X1: [1.0, 2.0]
  y1: [3.0, 4.0]
  X2: [[5.0], [6.0]]
  y2: [7.0, 8.0, 9.0]
  batches: [[X1, y1], [X2, y2]]
  n: 3
"""


def losses(exercise):
    return [to_text(step.action.of[0]) for step in exercise.steps]


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for: i\n  in: range(2)", ["x * 0", "x * 1"]),
        ("for: i\n  in: range(3, 1, -1)", ["x * 3", "x * 2"]),
        ("for: i\n  in: range(-2, 0)", ["x * -2", "x * -1"]),
        ("for: i\n  in: range(len(batches))", ["x * 0", "x * 1"]),
        ("for: i\n  in: range(n - 1)", ["x * 0", "x * 1"]),
        ("for: i\n  in: X1", ["x * X1[0]", "x * X1[1]"]),
        ("for: i\n  in: x", ["x * x[0]"]),
        ("for: i\n  in: batches[1]", ["x * batches[1][0]", "x * batches[1][1]"]),
        ("for: i\n  in: batches[1][0]", ["x * batches[1][0][0]", "x * batches[1][0][1]"]),
        ("for: i\n  in: batches[-1][1]", [f"x * batches[-1][1][{index}]" for index in range(3)]),
        ("for: i\n  in: [1.5, -2, x]", ["x * 1.5", "x * -2", "x * x"]),
        ("for: i\n  in: '[1.5, X1[0]]'", ["x * 1.5", "x * X1[0]"]),
    ],
)
def test_one_loop_variable_is_each_element_in_turn(loop, expected, sample, exercise_of):
    text = sample(steps=f"steps:\n- {loop}\n  do:\n  - backward: x*i\n", extra=DATA)
    assert losses(exercise_of(text)) == expected


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for: X, y\n  in: batches", ["batches[0][0] - batches[0][1]", "batches[1][0] - batches[1][1]"]),
        ("for: [X, y]\n  in: batches", ["batches[0][0] - batches[0][1]", "batches[1][0] - batches[1][1]"]),
        ("for: X, y\n  in: zip(X1, y1)", ["X1[0] - y1[0]", "X1[1] - y1[1]"]),
        ("for: X, y\n  in: enumerate(X1)", ["0 - X1[0]", "1 - X1[1]"]),
        ("for: X, y\n  in: [[1.0, 2.0], [x, 4.0]]", ["1.0 - 2.0", "x - 4.0"]),
        ("for: X, y\n  in: zip(range(2), [x, 3])", ["0 - x", "1 - 3"]),
    ],
)
def test_several_loop_variables_unpack_an_element(loop, expected, sample, exercise_of):
    text = sample(steps=f"steps:\n- {loop}\n  do:\n  - backward: X - y\n", extra=DATA)
    assert losses(exercise_of(text)) == expected


def test_a_negative_number_keeps_its_sign_under_a_power(sample, exercise_of):
    text = sample(steps="steps:\n- for: t\n  in: [-3.0]\n  do:\n  - backward: x*t**2\n")
    assert losses(exercise_of(text)) == ["x * (-3.0)**2"]


def test_an_inner_loop_can_loop_over_the_outer_variable(sample, exercise_of):
    steps = "steps:\n- for: b\n  in: batches\n  do:\n  - for: e\n    in: b[1]\n    do:\n    - backward: e\n"
    expected = [f"batches[0][1][{index}]" for index in range(2)] + [f"batches[1][1][{index}]" for index in range(3)]
    assert losses(exercise_of(sample(steps=steps, extra=DATA))) == expected


def test_a_loop_over_a_list_in_a_list(sample, exercise_of):
    steps = "steps:\n- for: b\n  in: [[1.0, 2.0], [3.0]]\n  do:\n  - for: e\n    in: b\n    do:\n    - backward: e/len(b)\n"
    found = losses(exercise_of(sample(steps=steps)))
    assert found == ["1.0 / len([1.0, 2.0])", "2.0 / len([1.0, 2.0])", "3.0 / len([3.0])"]


def test_loop_variables_are_replaced_in_every_verb(sample, exercise_of):
    body = """steps:
- for: p, o
  in: '[[x, first], [u, second]]'
  do:
  - {zero: p, expect: {p.grad: null}}
  - step: o
  - clip: {of: p, max_norm: 1.0}
  - set: {p: p - p.grad}
  - requires_grad: {p: false}
  - let: {h: 2*p}
"""
    extra = "optimizers:\n  first: SGD([x])\n  second: SGD([u])\n"
    exercise = exercise_of(sample(steps=body, tensors="tensors:\n  x: [2.0]\n  u: [1.0]\n", extra=extra))
    second = exercise.steps[6:]
    assert to_text(second[0].action.of[0]) == "u"
    assert to_text(second[0].expect[0].expression) == "u.grad"
    assert second[0].expect[0].text == "p.grad"
    assert second[1].action.optimizer == "second"
    assert to_text(second[2].action.of[0]) == "u"
    assert [to_text(part) for part in second[3].action.targets[0]] == ["u", "u - u.grad"]
    assert second[4].action.of[0][1] is False
    assert to_text(second[5].action.names[0][1]) == "2 * u"


def test_steps_know_their_number_and_their_passes(sample, exercise_of):
    steps = """steps:
- zero: x
- for: i
  in: range(2)
  do:
  - backward: x
  - for: a, b
    in: zip([1.0, 2.0], [3.0, 4.0])
    do:
    - backward: x*a*b
- zero: x
"""
    exercise = exercise_of(sample(steps=steps))
    assert [step.number for step in exercise.steps] == [1, 2, 3, 3, 2, 3, 3, 4]
    assert [step.loop for step in exercise.steps][2:5] == [
        (("i", 0), ("a, b", 0)),
        (("i", 0), ("a, b", 1)),
        (("i", 1),),
    ]
    assert exercise.steps[3].text == "(x*a*b).backward()"


def test_a_mapping_is_expected_after_every_pass(sample, exercise_of):
    steps = "steps:\n- for: i\n  in: range(3)\n  do:\n  - {zero: x, expect: {x.grad: null}}\n"
    exercise = exercise_of(sample(steps=steps))
    assert [[each.value for each in step.expect] for step in exercise.steps] == [[None]] * 3


def test_a_list_in_expect_has_one_entry_for_each_pass_of_all_loops(sample, exercise_of):
    steps = """steps:
- for: i
  in: range(2)
  do:
  - for: j
    in: range(2)
    do:
    - backward: x
      expect: [{x.grad: 1.0}, {x.grad: 2.0}, {x: 2.0, x.grad: 3.0}, {x.grad: 4.0}]
"""
    exercise = exercise_of(sample(steps=steps))
    assert [step.expect[-1].value for step in exercise.steps] == [1.0, 2.0, 3.0, 4.0]
    places = [each.where for each in exercise.steps[2].expect]
    assert [where.text[where.column - 1 :][: where.width] for where in places] == ["2.0", "3.0"]


def test_the_length_of_a_rebound_name_is_not_known(sample, problems_of):
    steps = "steps:\n- let: {X1: 2*X1}\n- for: e\n  in: X1\n  do:\n  - backward: x*e\n"
    (problem,) = problems_of(sample(steps=steps, extra=DATA))
    assert "the number of passes is not known" in problem


loops = st.lists(st.lists(st.integers(-5, 5), min_size=1, max_size=3), min_size=1, max_size=4)


@given(loops=loops)
def test_nested_loops_run_as_in_python(loops):
    """Every combination of elements, in Python's order."""
    steps, indent = "", ""
    for depth, elements in enumerate(loops):
        steps += f"{indent}- for: v{depth}\n{indent}  in: {elements}\n{indent}  do:\n"
        indent += "  "
    names = ", ".join(f"v{depth}" for depth in range(len(loops)))
    text = "id: sample\ntitle: S\nkind: write\nfunction: solve(x)\ntensors: {x: 1.0}\nnone_is_zero: false\n"
    text += f"steps:\n{steps}{indent}- let: {{h: '[{names}]'}}\n"
    source, problems = read_text(text, "a.yaml")
    exercise, found = read_exercise(source, ExerciseFolder("core", "sample", 1))
    assert problems + found == []
    expected = [[]]
    for elements in loops:
        expected = [[*before, each] for before in expected for each in elements]
    assert [to_text(step.action.names[0][1]) for step in exercise.steps] == [str(each) for each in expected]


def test_a_step_keeps_its_authors_expressions_with_loop_variables(sample, exercise_of):
    first, second = exercise_of(sample(steps="steps:\n- for: i\n  in: [2, 3]\n  do:\n  - backward: (x*i)\n")).steps
    assert [to_text(step.action.of[0]) for step in (first, second)] == ["x * 2", "x * 3"]
    assert [to_text(step.as_written.of[0]) for step in (first, second)] == ["x * i", "x * i"]
    assert (first.loss, first.text) == ("x*i", "(x*i).backward()")
