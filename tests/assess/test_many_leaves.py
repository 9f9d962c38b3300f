"""With many leaves, a function runs again if a change was noticed only calls after it happened."""

import pytest
from helpers.long_exercises import load_long_exercise

from grader.assess import assess_submission
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.records.submission import SolutionFile, Submission

LEAVES = 70


@pytest.fixture
def graded(engine, tmp_path, monkeypatch):
    """The grade of this change of the right solution, and for each run of it whether each call looked at all leaves."""
    exercise, students = load_long_exercise("leaves", LEAVES, tmp_path)
    session = GradingSession(engine, Settings("many", 1))
    session.prepare([exercise])
    runs = []
    run_students = engine.run_students

    def counting(jobs):
        runs.extend(job.every_call for job in jobs)
        return run_students(jobs)

    monkeypatch.setattr(engine, "run_students", counting)

    def graded(old, new):
        assert old in students["right"]
        file = SolutionFile(exercise.solution_path, students["right"].replace(old, new))
        [assessed] = assess_submission([exercise], Submission("student", {exercise.id: file}), session)
        return assessed.grade, runs

    return graded


def test_traced_changes_are_noticed_at_once(graded):
    grade, runs = graded("p -= ", "p -= 1 * ")
    assert (grade.verdict, runs) == ("passed", [False])


def test_changes_that_are_not_traced_are_put_where_they_happened(graded):
    grade, runs = graded("with torch.no_grad():", "with torch.no_grad(), torch._C.DisableTorchFunction():")
    assert (grade.verdict, runs) == ("passed", [False, True])


def test_the_run_that_looks_at_all_leaves_decides(graded):
    grade, runs = graded("p -= 0.0003 * p.grad", "\n                with torch._C.DisableTorchFunction(): p -= 0.0004 * p.grad")
    assert (grade.verdict, runs[:2]) == ("failed", [False, True])  # the others look for a fix
