"""A course in a folder of its own, and the command line run in it."""

import pytest

from grader.cli.main import main

FIRST = """\
id: first
title: The first gradient
concept: backward fills .grad
kind: write
function: solve(x)
task: Call backward on x**2.
tensors:
  x: [2.0]
steps:
  - backward: x**2
    expect: {x.grad: [4.0]}
none_is_zero: false
hints: [Look at the loss., Call backward on it.]
explain: One backward fills .grad once.
"""
SECOND = (
    FIRST.replace("id: first", "id: second")
    .replace("The first gradient", "Another")
    .replace("hints: [Look at the loss., Call backward on it.]\n", "")
)
STARTER = "def solve(x):\n    ...\n"
RIGHT = "def solve(x):\n    (x**2).backward()\n"
WRONG = "def solve(x):\n    (x**3).backward()\n"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Two exercises, `core/first` with a starter and hints, `core/second` without; the starter lies in solutions."""
    root = tmp_path / "course"
    for number, (name, text) in enumerate([("first", FIRST), ("second", SECOND)], 1):
        folder = root / "exercises" / "core" / f"{number:02}-{name}"
        folder.mkdir(parents=True)
        (folder / "exercise.yaml").write_text(text, encoding="utf-8")
    (root / "exercises/core/01-first/starter.py").write_text(STARTER, encoding="utf-8")
    (root / "solutions/core").mkdir(parents=True)
    (root / "solutions/core/first.py").write_text(STARTER, encoding="utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def solve(course):
    """Write a solution: `right`, `wrong`, `starter`, or a text."""
    texts = {"right": RIGHT, "wrong": WRONG, "starter": STARTER}

    def solve(text, name="first"):
        path = course / "solutions/core" / f"{name}.py"
        path.write_text(texts.get(text, text), encoding="utf-8")
        return path

    return solve


@pytest.fixture
def run(capsys):
    """Run a command line: its exit code, what it printed, and what it complained."""

    def run(*argv):
        code = main([str(each) for each in argv])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
