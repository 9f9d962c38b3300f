"""Every patch that is printed applies with git, and the file that it leaves passes with other seeds. A right program has none."""

import subprocess

import pytest
from helpers.corpora import cases_in

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.library import grade_submission
from grader.records.submission import SolutionFile, Submission

CORPORA = ("golden", "one-mistake", "two-mistakes")
SEEDS = ("one", "two", "three")
SAMPLE = 60


@pytest.fixture(scope="module")
def grade_text(session, engine):
    """The result of a text, graded with the seed of the tests or with another."""
    sessions = {}

    def grade_text(exercise, text, seed=None):
        at = session
        if seed is not None:
            at = sessions.setdefault(seed, GradingSession(engine, Settings(seed)))
        file = SolutionFile(exercise.solution_path, text)
        return grade_submission(at, Submission("student", {exercise.id: file}), exercises=[exercise]).results[0]

    return grade_text


@pytest.fixture
def applied(tmp_path, monkeypatch):
    """The text that `git apply` leaves of a text."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))

    def applied(exercise, text, patch):
        file = tmp_path / exercise.solution_path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
        (tmp_path / "fix.patch").write_text(patch, encoding="utf-8", newline="")
        subprocess.run(["git", "apply", "fix.patch"], cwd=tmp_path, check=True)
        return file.read_text(encoding="utf-8")

    return applied


def submitted(corpus):
    return [case for case in cases_in(corpus) if is_text(case.folder / "student.py")]


def is_text(path):
    try:
        return bool(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def check(cases, course, grade_text, applied):
    """The number of patches, and of results that are not right."""
    patches = wrong = 0
    for case in cases:
        exercise = course[case.expect["exercise"]]
        result = grade_text(exercise, case.source)
        found = [each for each in result.diagnoses if each.patch]
        wrong += result.verdict != "passed"
        assert [bool(each.patch) for each in result.diagnoses] == [each.proven for each in result.diagnoses], case.name
        assert [bool(each.patch) for each in result.diagnoses] == [bool(each.fix) for each in result.diagnoses], case.name
        assert result.verdict != "passed" or not found, case.name
        for each in found:
            text = applied(exercise, case.source, each.patch)
            verdicts = {seed: grade_text(exercise, text, seed).verdict for seed in SEEDS}
            assert set(verdicts.values()) == {"passed"}, f"{case.name}: {verdicts}\n{each.patch}"
            patches += 1
    return patches, wrong


def test_the_patches_of_some_students(course, grade_text, applied):
    cases = [case for corpus in CORPORA for case in submitted(corpus)]
    patches, _ = check(cases[::SAMPLE], course, grade_text, applied)
    assert patches > 2


@pytest.mark.slow
@pytest.mark.parametrize("corpus", CORPORA)
def test_the_patches_of_all_students(corpus, course, grade_text, applied):
    patches, wrong = check(submitted(corpus), course, grade_text, applied)
    print(f"\n{corpus}: {patches} patches for {wrong} files that do not pass")
    assert patches > {"golden": 0.3, "one-mistake": 0.7, "two-mistakes": 0.6}[corpus] * wrong


@pytest.mark.slow
def test_a_right_program_has_no_patch(course, grade_text):
    for exercise in course.values():
        if exercise.reference:
            result = grade_text(exercise, exercise.reference)
            assert (result.verdict, result.diagnoses) == ("passed", ()), exercise.id
