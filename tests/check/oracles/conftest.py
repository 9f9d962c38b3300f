"""Exercises of a few lines, and their ledgers."""

import textwrap

import pytest
import yaml

from grader.assess.cases import visible_case
from grader.check.oracles.calculus import Differences
from grader.check.oracles.closed_form import ClosedForms
from grader.check.oracles.ledger import keep_ledger
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
def ledger_of(request, exercise_of):
    """The ledger of an exercise, with measured and with derived derivatives."""

    def ledger(text):
        exercise = exercise_of(text)
        return keep_ledger(exercise, exercise.steps, visible_case(exercise), CALCULI[request.param]())

    return ledger


@pytest.fixture
def grads_of(ledger_of):
    """The gradient of one leaf after each step: rounded numbers, None, or the message of the error that ends the list."""

    def grads(text, leaf="x"):
        found = [entry.raised or entry.state[leaf].grad for entry in ledger_of(text).entries]
        return [each if each is None or isinstance(each, str) else [round(x, 5) for x in each.data] for each in found]

    return grads
