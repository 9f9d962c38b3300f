"""`check` on the command line."""

import pytest

pytestmark = pytest.mark.processes


def complete(course):
    """Add everything to the first exercise that `check` demands."""
    folder = course / "exercises/core/01-first"
    text = (folder / "exercise.yaml").read_text(encoding="utf-8")
    text = text.replace("hints: [Look at the loss., Call", "hints: [Look at the loss., Once., Call")
    (folder / "exercise.yaml").write_text(text, encoding="utf-8")
    (folder / "reference.py").write_text("def solve(x):\n    (x**2).backward()\n", encoding="utf-8")


def test_what_is_missing_exits_with_2(run, course):
    code, out, err = run("check")
    assert (code, err) == (2, "")
    assert "✗ core/first" in out
    assert "There are 2 hints, but 3 are needed." in out
    assert "exercises/core/01-first/reference.py: there is no reference.py. Write a solution that passes" in out
    assert "0 of 2 exercises proven" in out


def test_a_proven_exercise_exits_with_0(run, course):
    complete(course)
    code, out, err = run("check", "exercises/core/01-first")
    assert (code, err) == (0, "")
    assert "✓ core/first" in out
    assert "core/second" not in out


def test_a_track_or_a_selection_is_enough(run, course):
    complete(course)
    assert "core/second" in run("check", "exercises/core")[1]
    code, out, _ = run("check", "exercises", "--exercise", "core/first")
    assert code == 0
    assert "core/second" not in out


def test_from_inside_an_exercise_the_course_is_found(run, course, monkeypatch):
    complete(course)
    monkeypatch.chdir(course / "exercises/core/01-first")
    assert run("check", ".")[0] == 0


def test_a_folder_that_is_not_there_is_said(run, course):
    assert run("check", "nowhere") == (2, "", "There is no folder nowhere.\n")


def test_a_file_that_cannot_be_read_is_said_with_its_place(run, course):
    (course / "exercises/core/02-second/exercise.yaml").write_text("id: second\n", encoding="utf-8")
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert "exercises/core/02-second/exercise.yaml" in err
