"""The same source, exercise and seed give the same diagnosis, and no number of a hidden case is reported."""

import re
from dataclasses import replace

import pytest

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.engines.local import LocalEngine
from grader.reports.results import describe

NAMES = (
    "stepping-at-even-counts",
    "the-capstone-clips-by-value",
    "b-keeps-its-old-gradient",
    "a-derivative-without-the-factor-two",
    "a-constant-in-place-of-x",
    "derivatives-computed-by-hand",
)
SEED = "another seed"


@pytest.fixture(scope="module")
def students(cases_of):
    return [case for case in cases_of("one-mistake") if case.name in NAMES]


def diagnose_all(students, course, assessed):
    """The whole results without the times, from a new engine."""
    engine = LocalEngine(device="cpu", optimizer=True)
    try:
        session = GradingSession(engine, Settings(SEED))
        found = [assessed(course[case.exercise], case.source, session) for case in students]
    finally:
        engine.close()
    return [describe(replace(each, file=None)).model_copy(update={"seconds": 0.0}) for each in found], session


@pytest.fixture(scope="module")
def twice(students, course, assessed):
    return [diagnose_all(students, course, assessed) for _ in range(2)]


def test_two_engines_give_the_same_diagnoses(students, twice):
    assert len(students) == len(NAMES)
    (first, _), (second, _) = twice
    assert first == second
    assert all(result.diagnoses for result in first)


def test_no_number_of_a_hidden_case_is_reported(students, twice, course):
    results, session = twice[0]
    for case, result in zip(students, results, strict=True):
        prepared = session.diagnostician(course[case.exercise]).prepared
        reported = set(re.findall(r"-?\d+\.\d+", " ".join(f"{each.message} {each.fix}" for each in result.diagnoses)))
        hidden = {f"{number:.6g}" for run in prepared.expected[1:] for number in numbers_in(run)}
        shown = {f"{number:.6g}" for number in numbers_in(prepared.expected[0])}
        assert hidden - shown or len(prepared.cases) == 1
        assert not reported & (hidden - shown), case.name


def numbers_in(run):
    """Every number of the leaves' values and gradients in a reference run."""
    states = [run.before, *(done.call.after for done in run.steps if done.call is not None)]
    tensors = [tensor for state in states for leaf in state.values() for tensor in (leaf.value, leaf.grad) if tensor is not None]
    return {number for tensor in tensors for number in tensor.data}
