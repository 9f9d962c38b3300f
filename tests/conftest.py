"""What several rooms of the tests share: the course, one engine, and students made from steps.

A test with the argument `each_exercise` runs for every exercise of the course, one with `each_mistake` for every `wrong`
entry, as a pair of its exercise and the entry.
"""

import functools
from dataclasses import replace
from pathlib import Path

import pytest

from grader.assess import GradingSession, Settings
from grader.diagnosis.edits import asked_alike
from grader.engines.local import LocalEngine
from grader.library import grade_at, load_exercises
from grader.marking import cases
from grader.protocol import ReferenceJob, program
from grader.records.trace import ExceptionClass
from grader.reports.python_source import predict_source, python_source

SEED = "a seed for tests"


@functools.cache
def all_exercises():
    return load_exercises(Path(__file__).parent.parent / "exercises")


def pytest_generate_tests(metafunc):
    if "each_exercise" in metafunc.fixturenames:
        metafunc.parametrize("each_exercise", all_exercises(), ids=lambda exercise: exercise.id)
    if "each_mistake" in metafunc.fixturenames:
        pairs = [(exercise, wrong) for exercise in all_exercises() for wrong in exercise.wrong]
        metafunc.parametrize("each_mistake", pairs, ids=[f"{exercise.id}: {wrong.name}" for exercise, wrong in pairs])


@pytest.fixture(scope="session")
def course():
    """The exercises by their ids, in the order of the course."""
    return {exercise.id: exercise for exercise in all_exercises()}


@pytest.fixture(scope="session")
def engine():
    """One engine for all tests that ask for no other."""
    engine = LocalEngine(device="cpu", optimizer=True)
    yield engine
    engine.close()


@pytest.fixture
def lent_engine(engine, monkeypatch):
    """Every command that this process runs uses the tests' engine, and cannot close it."""

    class LentEngine:
        def __getattr__(self, name):
            return getattr(engine, name)

        def close(self):
            """The fixture `engine` closes it."""

    monkeypatch.setattr("grader.engines.make.LocalEngine", lambda *_, **__: LentEngine())
    return engine


@pytest.fixture(scope="session")
def session(engine):
    """Where every exercise is prepared, and its wrong programs are learnt, once for all tests."""
    return GradingSession(engine, Settings(SEED))


@pytest.fixture
def grade_source(session, tmp_path):
    """Grade a source as the solution of an exercise, as `python -m grader FILE` would: its Result."""

    def grade_source(exercise, source):
        path = tmp_path / exercise.solution_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        (result,) = grade_at(session, path, exercises=[exercise], select=[exercise.id]).results
        return result

    return grade_source


@pytest.fixture(scope="session")
def student_source(engine):
    """The module of a student who does what the steps do; in a `predict` exercise, who answers what they leave."""

    def student_source(exercise, steps):
        if exercise.kind != "predict":
            return python_source(exercise, steps)
        asked = asked_alike(exercise.steps, steps)
        limits = replace(exercise.limits, seconds=20.0)
        job = ReferenceJob((program(exercise, asked, cases.visible(exercise)),), limits, exercise.uses_optimizer)
        (done,) = engine.run_reference(job)
        answers = [each.values for step, each in zip(asked, done.steps, strict=False) if step.expect and not each.raised]
        raised = done.steps[-1].raised
        return predict_source(exercise, answers if raised is None else [*answers, ExceptionClass(raised.type)])

    return student_source
