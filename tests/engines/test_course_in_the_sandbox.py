"""The sandbox takes away nothing that the course needs."""

from contextlib import closing

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.engines.local import LocalEngine
from grader.library import grade_in_session


def test_every_reference_solution_passes_in_the_sandbox(course, tmp_path):
    solved = [exercise for exercise in course.values() if exercise.reference is not None]
    for exercise in solved:
        path = tmp_path / exercise.solution_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(exercise.reference, encoding="utf-8")
    with closing(LocalEngine(sandbox="full", optimizer=True)) as engine:
        report = grade_in_session(GradingSession(engine, Settings("sandboxed")), tmp_path, exercises=solved)
    assert len(report.results) == len(solved) > 0
    assert [(result.exercise, result.summary) for result in report.results if result.verdict != "passed"] == []
    assert report.run.sandbox == "full"
