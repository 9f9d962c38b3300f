"""Exercises of a few lines, and what the oracles say of them."""

import textwrap

import pytest
import yaml

from grader.check.oracles.calculus import Differences
from grader.check.oracles.closed_form import ClosedForms
from grader.check.oracles.ledger import perform
from grader.marking import cases
from grader.spec.read_exercise import ExerciseFolder, read_exercise
from grader.spec.yaml_source import read_text

CALCULI = {"ledger": Differences, "sympy": ClosedForms}


@pytest.fixture
def exercise_of():
    """The exercise with these tensors, steps and other sections."""

    def read(text):
        text = textwrap.dedent(text)
        declared = yaml.safe_load(text)
        names = [name for part in ("data", "modules", "tensors") for name in declared.get(part, {}) if "." not in name]
        kind = "kind: predict\nfunction: predict()" if "code:" in text else f"kind: write\nfunction: solve({', '.join(names)})"
        head = f"id: sample\ntitle: Sample\n{kind}\nnone_is_zero: false\n"
        source, problems = read_text(head + text, "exercise.yaml")
        assert not problems
        exercise, problems = read_exercise(source, ExerciseFolder("core", "sample", 1))
        assert [str(problem) for problem in problems] == []
        return exercise

    return read


@pytest.fixture(params=CALCULI)
def record_of(request, exercise_of):
    """What the ledger holds after each step, with measured and with derived shares."""

    def keep(text):
        exercise = exercise_of(text)
        return perform(exercise, exercise.steps, cases.visible(exercise), CALCULI[request.param]())

    return keep


@pytest.fixture
def grads_of(record_of):
    """The gradients of one leaf after each step, rounded, None where there is none; the first error ends them."""

    def grads(text, leaf="x"):
        held = [entry.raised or entry.state[leaf].grad for entry in record_of(text).entries]
        return [each if each is None or isinstance(each, str) else [round(x, 5) for x in each.data] for each in held]

    return grads
