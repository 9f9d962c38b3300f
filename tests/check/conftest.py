"""A small right exercise in a folder of its own, which tests make wrong in one place; and its proof."""

import pytest

from grader.check import check_exercise
from grader.spec.load import load_exercises

PARTS = {
    "head": "id: sample\ntitle: Sample\n",
    "kind": "kind: write\n",
    "function": "function: solve(x)\n",
    "task": "task: Call backward on x**2, set x.grad to 0, call backward on x**3.\n",
    "tensors": "tensors:\n  x: [2.0]\n",
    "steps": (
        "steps:\n"
        "  - backward: x**2\n    expect: {x.grad: [4.0]}\n"
        "  - zero: x\n    expect: {x.grad: [0.0]}\n"
        "  - backward: x**3\n    expect: {x.grad: [12.0]}\n"
    ),
    "none_is_zero": "none_is_zero: false\n",
    "hints": "hints: [vague, plainer, plain]\n",
    "explain": "explain: backward adds.\n",
    "wrong": "wrong:\n  - {name: never zeroes, misconception: zero-skipped, instead: {2: null}}\n",
    "extra": "",
}
REFERENCE = "def solve(x):\n    (x**2).backward()\n    x.grad.zero_()\n    (x**3).backward()\n"
STARTER = "def solve(x):\n    pass\n"


@pytest.fixture
def exercise(tmp_path):
    """The exercise with other parts: `steps="…"`; `reference` and `starter` are the texts of the files, None for no file."""

    def make(reference=REFERENCE, starter=STARTER, **changed):
        folder = tmp_path / "exercises" / "core" / "01-sample"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "exercise.yaml").write_text("".join((PARTS | changed).values()), encoding="utf-8")
        for name, text in (("reference.py", reference), ("starter.py", starter)):
            (folder / name).unlink(missing_ok=True)
            if text is not None:
                (folder / name).write_text(text, encoding="utf-8")
        (loaded,) = load_exercises(tmp_path / "exercises")
        return loaded

    return make


@pytest.fixture
def proof(exercise, engine):
    """The proof of the exercise with other parts."""

    def make(solutions=None, **changed):
        return check_exercise(exercise(**changed), engine, solutions)

    return make
