"""A small right exercise file, which tests change in one place, and fixtures that read a file without a folder."""

import pytest

from grader.spec.read_exercise import ExerciseFolder, read_exercise
from grader.spec.yaml_source import read_text

PARTS = {
    "head": "id: sample\ntitle: Sample\nkind: write\n",
    "function": "function: solve(x)\n",
    "tensors": "tensors:\n  x: [2.0]\n",
    "steps": "steps:\n- backward: x**2\n  expect: {x.grad: [4.0]}\n",
    "none_is_zero": "none_is_zero: false\n",
    "extra": "",
}


@pytest.fixture
def sample():
    """The text of a right file; for example `steps="…"` replaces one of its parts."""

    def make(**changed):
        return "".join((PARTS | changed).values())

    return make


@pytest.fixture
def problems_of():
    """The problems of a text, as they are printed."""

    def read(text, name="exercise.yaml", **folder):
        source, problems = read_text(text, name)
        if source is not None:
            _, found = read_exercise(source, ExerciseFolder("core", "sample", 1, **folder))
            problems = problems + found
        return [str(problem) for problem in problems]

    return read


@pytest.fixture
def exercise_of():
    """The exercise of a right text."""

    def read(text, **folder):
        source, problems = read_text(text, "exercise.yaml")
        assert not problems
        exercise, problems = read_exercise(source, ExerciseFolder("core", "sample", 1, **folder))
        assert [str(problem) for problem in problems] == []
        return exercise

    return read
