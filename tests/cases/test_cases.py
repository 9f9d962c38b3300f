"""The corpus `cases`: programs that people wrote from the tasks alone get the right verdict, cause and line."""

import re
import shutil
import subprocess

import pytest
from helpers.corpora import fresh_cases

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.library import grade_in_session
from grader.reports.where_to_look import line_of_code
from grader.spec.load import load_exercises

CASES = fresh_cases()


@pytest.fixture(scope="module")
def session(engine):
    return GradingSession(engine, Settings("cases"))


@pytest.fixture
def grade(session, course):
    """Grades a folder on the exercise of a case."""

    def run(case, folder):
        own = case.folder / "exercises"
        exercises = {each.id: each for each in load_exercises(own)} if own.is_dir() else course
        exercise = exercises[case.truth["exercise"]]
        (result,) = grade_in_session(session, folder, exercises=[exercise], select=[exercise.id]).results
        return result

    return run


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_gets_what_is_true(case, grade):
    result = grade(case, case.folder)
    assert result.verdict == case.truth["verdict"]
    if causes := case.truth.get("causes"):
        assert result.diagnoses[0].misconception in causes
    if lines := case.truth.get("lines"):
        assert line_of_code(result) in lines


@pytest.mark.parametrize("case", [each for each in CASES if each.truth["verdict"] != "passed"], ids=lambda case: case.name)
def test_a_patch_that_is_printed_passes(case, grade, tmp_path):
    patches = [each.patch for each in grade(case, case.folder).diagnoses if each.patch]
    assert patches or not case.name.startswith("fix-does-not-work/")
    for patch in patches:
        (path,) = re.findall(r"^--- a/(.*)$", patch, re.MULTILINE)
        folder = shutil.copytree(case.folder, tmp_path / "repaired")
        (folder / "printed.patch").write_text(patch.replace(path, path.partition(f"{case.name}/")[2] or path), encoding="utf-8")
        subprocess.run(["git", "apply", "printed.patch"], cwd=folder, check=True)
        assert grade(case, folder).verdict == "passed"


@pytest.mark.parametrize("case", [each for each in CASES if (each.folder / "fix.patch").exists()], ids=lambda case: case.name)
def test_the_repaired_program_passes(case, grade, tmp_path):
    folder = shutil.copytree(case.folder, tmp_path / "repaired")
    subprocess.run(["git", "apply", "fix.patch"], cwd=folder, check=True)
    assert grade(case, folder).verdict == "passed"
