"""Prepared exercises; each is independent of the others that are prepared with it."""

from pathlib import Path

import pytest

from grader.assess.preparation import prepare
from grader.assess.prepared import Settings
from grader.errors import SpecError
from grader.library import load_exercises

SETTINGS = Settings("seed")
PLAIN = """
id: plain
title: Plain
kind: write
function: solve(x)
tensors: {x: [2.0]}
none_is_zero: false
steps: [{backward: x**2}]
"""
LEAVES_FLOAT64 = """
id: leaves-float64
title: Leaves float64 behind
kind: predict
function: predict()
tensors: {x: [2.0]}
none_is_zero: false
steps:
  - code: torch.set_default_dtype(torch.float64)
  - backward: x**2
    expect: {x.grad: [4.0]}
"""
WRONG = "wrong: [{name: Twice half, misconception: wrong-formula, steps: [{backward: x*x}]}]\n"
ALWAYS_RIGHT = PLAIN.replace("plain", "blind") + WRONG


@pytest.fixture
def load(tmp_path):
    """Exercises from these texts, in this order."""

    def load(*texts):
        for number, text in enumerate(texts, 1):
            slug = text.split()[1]
            folder = Path(tmp_path / "exercises" / "core" / f"{number:02}-{slug}")
            folder.mkdir(parents=True)
            (folder / "exercise.yaml").write_text(text, encoding="utf-8")
        return load_exercises(tmp_path / "exercises")

    return load


def test_exercises_prepared_together_are_equal_to_exercises_prepared_alone(engine, course):
    some = [exercise for exercise in course.values() if exercise.kind == "write"][::4]
    assert prepare(some, engine, SETTINGS) == tuple(prepare([exercise], engine, SETTINGS)[0] for exercise in some)


def test_the_code_of_one_exercise_does_not_change_another(engine, load):
    leaving, plain = load(LEAVES_FLOAT64, PLAIN)
    assert prepare([leaving, plain], engine, SETTINGS)[1] == prepare([plain], engine, SETTINGS)[0]


def test_a_mistake_that_no_hidden_case_distinguishes_is_a_problem(engine, load):
    with pytest.raises(SpecError) as caught:
        prepare(load(ALWAYS_RIGHT, PLAIN), engine, SETTINGS)
    (problem,) = caught.value.problems
    assert problem.message == (
        "no usable hidden case of `core/blind` was found in 50 draws: on the redrawn numbers the steps fail, "
        "or a `wrong` entry leaves what the right steps leave."
    )
    assert problem.fix == "narrow the numbers with `redraw: {low, high}`, or write `cases: {hidden: 0}`"
