"""The golden cases: each folder of tests/cases is a file a student might hand in, and what it ought to get.

`student.py` goes where the exercise's solution belongs (no `student.py`: nothing was handed in) and every other file of
the folder goes beside it. `expect.yaml` has `exercise`, `verdict` and `score`, and may have `statuses` (all rows, in
order), `line` (of the first row that is not right), `error` (`type` and `line` are equal, `message` is part of it),
`output` (part of it), `summary` (part of it), `misconception` (the first that is named) and `limits`.
"""

import functools
import shutil
from pathlib import Path

import pytest
import yaml

from grader.assess import GradingSession, Settings
from grader.library import grade_in_session, load_exercises
from grader.records.exercise import Limits

CASES = Path(__file__).parent / "cases"
EXERCISES = Path(__file__).parent.parent / "exercises"
RIGHT = {"matched", "skipped"}
KEYS = {"exercise", "verdict", "score", "statuses", "line", "error", "output", "summary", "misconception", "limits"}


@pytest.fixture(scope="module")
def exercises():
    return {exercise.id: exercise for exercise in load_exercises(EXERCISES)}


@pytest.fixture(scope="module")
def session(engine):
    """A desk for each limit that a case asks for: what is learnt of an exercise serves all its cases."""
    return functools.cache(lambda limits: GradingSession(engine, Settings("golden", limits=limits)))


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_case(folder, exercises, session, tmp_path):
    expect = yaml.safe_load((folder / "expect.yaml").read_text(encoding="utf-8"))
    assert expect.keys() <= KEYS, "expect.yaml has a key that nobody checks"
    limits = Limits(**expect.pop("limits")) if "limits" in expect else None
    exercise = exercises[expect["exercise"]]
    hand_in(folder, tmp_path / exercise.solution_path)
    (result,) = grade_in_session(session(limits), tmp_path, exercises=[exercise], select=[exercise.id]).results
    assert observed(result, expect) == expect


def hand_in(folder, destination):
    destination.parent.mkdir(parents=True)
    for file in folder.iterdir():
        if file.name == "student.py":
            shutil.copy(file, destination)
        elif file.name != "expect.yaml":
            shutil.copy(file, destination.parent / file.name)


def observed(result, expect):
    """What came out, in the words of expect.yaml and for its keys; a text that has the expected part is shown as that part."""
    shown = {"exercise": result.exercise, "verdict": result.verdict, "score": result.score}
    if "statuses" in expect:
        shown["statuses"] = [row.status for row in result.steps]
    if "line" in expect:
        shown["line"] = next((row.line for row in result.steps if row.status not in RIGHT), None)
    if "misconception" in expect:
        shown["misconception"] = next((each.misconception for each in result.diagnoses), None)
    if "error" in expect:
        shown["error"] = observed_error(result.error, expect["error"])
    return shown | {key: part(getattr(result, key), expect[key]) for key in ("output", "summary") if key in expect}


def observed_error(error, expect):
    if error is None:
        return None
    shown = {key: getattr(error, key) for key in ("type", "line") if key in expect}
    return shown | ({"message": part(error.message, expect["message"])} if "message" in expect else {})


def part(text, expected):
    return expected if expected in text else text
