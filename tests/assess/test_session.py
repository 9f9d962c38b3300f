"""A session prepares each exercise once."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.engines.local import LocalEngine
from grader.library import grade_in_session, load_exercises

ROOT = Path(__file__).parent.parent.parent
PILE = "core/gradients-pile-up"


class Counting(LocalEngine):
    """Counts the reference jobs."""

    references = 0

    def run_reference(self, job):
        self.references += 1
        return super().run_reference(job)


@pytest.fixture(scope="module")
def exercise():
    return next(each for each in load_exercises(ROOT / "exercises") if each.id == PILE)


@pytest.fixture
def engine():
    engine = Counting(device="cpu")
    yield engine
    engine.close()


def test_an_exercise_is_prepared_once_and_again_when_it_changed(engine, exercise):
    session = GradingSession(engine, Settings("seed"))
    session.prepare([exercise])
    once = engine.references
    assert once > 0
    session.prepare([exercise, replace(exercise)])
    assert engine.references == once
    session.prepare([replace(exercise, task="Another task.")])
    assert engine.references == 2 * once


def test_grading_twice_in_one_session_gives_the_same_report(engine, exercise, tmp_path):
    session = GradingSession(engine, Settings("seed"))
    file = tmp_path / "gradients_pile_up.py"
    file.write_text("def solve(x):\n    (x**2).backward()\n", encoding="utf-8")
    first, second = (grade_in_session(session, file, exercises=[exercise], select=[PILE]) for _ in range(2))
    assert first.results[0].verdict == "failed"
    without_time = [each.model_copy(update={"seconds": 0.0}) for report in (first, second) for each in report.results]
    assert without_time[0] == without_time[1]
    assert first.run == second.run
