"""The golden cases: each is a file that a student might submit, with the result that it must get.

`tests/corpora/README.md` explains the keys of `expect.yaml`.
"""

import functools
import shutil

import pytest
from helpers.corpora import cases_in

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.library import grade_in_session
from grader.records.exercise import Limits

RIGHT = {"matched", "skipped"}


@pytest.fixture(scope="module")
def session(engine):
    """One session for each limit that a case sets, so that an exercise is prepared once for all its cases."""
    return functools.cache(lambda limits: GradingSession(engine, Settings("golden", limits=limits)))


@pytest.mark.parametrize("case", cases_in("golden"), ids=lambda case: case.name)
def test_case(case, course, session, tmp_path):
    expect = {key: value for key, value in case.expect.items() if key != "limits"}
    limits = Limits(**case.expect["limits"]) if "limits" in case.expect else None
    exercise = course[expect["exercise"]]
    submit(case.folder, tmp_path / exercise.solution_path)
    (result,) = grade_in_session(session(limits), tmp_path, exercises=[exercise], select=[exercise.id]).results
    assert observed(result, expect) == expect


def submit(folder, destination):
    destination.parent.mkdir(parents=True)
    for file in folder.iterdir():
        if file.name == "student.py":
            shutil.copy(file, destination)
        elif file.name != "expect.yaml":
            shutil.copy(file, destination.parent / file.name)


def observed(result, expect):
    """The result, for the keys that `expect.yaml` has. A text that contains the expected part is shown as that part."""
    shown = {"exercise": result.exercise, "verdict": result.verdict, "score": result.score}
    if "statuses" in expect:
        shown["statuses"] = [row.status for row in result.steps]
    if "line" in expect:
        shown["line"] = next((row.line for row in result.steps if row.status not in RIGHT), None)
    if "misconception" in expect:
        shown["misconception"] = next((each.misconception for each in result.diagnoses), None)
    if "error" in expect:
        shown["error"] = observed_error(result.error, expect["error"])
    return shown | {key: shown_part(getattr(result, key), expect[key]) for key in ("output", "summary") if key in expect}


def observed_error(error, expect):
    if error is None:
        return None
    shown = {key: getattr(error, key) for key in ("type", "line") if key in expect}
    return shown | ({"message": shown_part(error.message, expect["message"])} if "message" in expect else {})


def shown_part(text, expected):
    return expected if expected in text else text
