"""What several folders of tests share: the course, one engine, students made from steps, and which tests are pure.

A test with the argument `each_exercise` runs for every exercise of the course, one with `each_mistake` for every `wrong`
entry, as a pair of its exercise and the entry. Every import of the grader is inside a fixture: one pure file must not
pay for the rest.
"""

import functools
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.purity import is_pure, may_be_pure, starting_nothing

SEED = "a seed for tests"
PROCESSES = 2
PURE_EXAMPLES = 20
collect_ignore = ["corpora"]


@functools.cache
def all_exercises():
    from grader.library import load_exercises

    return load_exercises(Path(__file__).parent.parent / "exercises")


def _selects_pure_tests(config):
    return config.option.markexpr.split()[:1] == ["pure"]


def pytest_configure(config):
    """In a run of the pure tests alone, a property that sets no number of its own is tried with fewer examples."""
    if _selects_pure_tests(config):
        from hypothesis import settings

        settings.register_profile("pure", max_examples=PURE_EXAMPLES, deadline=None)
        settings.load_profile("pure")


def pytest_xdist_auto_num_workers(config):
    """Single files, pure tests and listings are quicker without workers; each worker imports everything anew."""
    single_files = all(argument.partition("::")[0].endswith(".py") for argument in config.args)
    return 0 if single_files or config.option.collectonly or _selects_pure_tests(config) else PROCESSES


def pytest_ignore_collect(collection_path, config):
    """`-m pure` does not even import the files that load torch."""
    return True if _selects_pure_tests(config) and not may_be_pure(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if is_pure(item):
            item.add_marker("pure")


def _held_to_be_pure(item):
    with starting_nothing() if item.get_closest_marker("pure") else nullcontext():
        return (yield)


pytest_runtest_setup = pytest.hookimpl(wrapper=True)(_held_to_be_pure)
pytest_runtest_call = pytest.hookimpl(wrapper=True)(_held_to_be_pure)
pytest_runtest_teardown = pytest.hookimpl(wrapper=True)(_held_to_be_pure)


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
    """One engine for all tests that need no other."""
    from grader.engines.local import LocalEngine

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
    """One grading session, so that each exercise is prepared once for all tests."""
    from grader.assess.prepared import Settings
    from grader.assess.session import GradingSession

    return GradingSession(engine, Settings(SEED))


@pytest.fixture
def grade_source(session, tmp_path):
    """Grade a source as the solution of an exercise, as `python -m grader FILE` would: its Result."""
    from grader.library import grade_in_session

    def grade_source(exercise, source):
        path = tmp_path / exercise.solution_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        (result,) = grade_in_session(session, path, exercises=[exercise], select=[exercise.id]).results
        return result

    return grade_source


@pytest.fixture(scope="session")
def student_source(engine):
    """The module of a student who does the steps; in a `predict` exercise, of one who answers what they leave."""
    from helpers.python_source import predict_source, python_source

    from grader.assess.cases import visible_case
    from grader.diagnosis.edits import with_same_expectations
    from grader.protocol.jobs import ReferenceJob, program
    from grader.records.trace import ExceptionClass

    def student_source(exercise, steps):
        if exercise.kind != "predict":
            return python_source(exercise, steps)
        performed = with_same_expectations(exercise.steps, steps)
        limits = replace(exercise.limits, seconds=20.0)
        job = ReferenceJob((program(exercise, performed, visible_case(exercise)),), limits, exercise.uses_optimizer)
        (done,) = engine.run_reference(job)
        answers = [each.values for step, each in zip(performed, done.steps, strict=False) if step.expect and not each.raised]
        raised = done.steps[-1].raised
        return predict_source(exercise, answers if raised is None else [*answers, ExceptionClass(raised.type)])

    return student_source
