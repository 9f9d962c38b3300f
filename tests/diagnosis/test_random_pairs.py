"""Any two mistakes in any exercise: whatever is said of them is proven, and is about what was done.

What a student does is read from the reference run of the wrong program: each call on a line of its own, the loss too.
"""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from grader.assess.prepared import perform
from grader.check.as_student import student_trace
from grader.grading.explain import runnable
from grader.grading.grade import grade
from grader.grading.mutations import mutants

# Words about one thing. Two mistakes may leave what one other mistake leaves, or two others, and those are then told:
# they are about the same calls.
_LOSS = (
    "wrong-formula sign mean-for-sum sum-for-mean mean-of-means loss-not-divided divided-twice divided-needlessly wrong-divisor "
    "mask-ignored wrong-target wrong-tensor wrong-seed value-for-gradient detached not-detached leak "
)
ABOUT_ONE_THING = [
    set(words.split())
    for words in (
        _LOSS + "backward-missing backward-repeated losses-merged loss-split loss-overwritten leftover-dropped stale-graph "
        "grad-vs-backward no-create-graph no-grad-loss non-scalar-backward",
        "zero-skipped zero-too-early zero-too-late zero-before-step zero-outside-loop zero-unneeded wrong-tensor-zeroed "
        "none-is-zero stale-grad overwrite rebound-leaf",
        "step-too-early step-too-late step-missing step-outside-loop wrong-optimizer rebound-leaf zero-before-step clip-too-late "
        "leftover-dropped value-moved backward-missing loss-overwritten",
        "clip-too-early clip-too-late clip-scaled wrong-clip not-unscaled divided-twice",
    )
]


@pytest.fixture(scope="session")
def check_pair(course, desk):
    exercises = list(course.values())

    @cache
    def first(number):
        return mutants(replace(exercises[number], wrong=()))

    def check_pair(number, one, other):
        exercise = exercises[number % len(exercises)]
        earlier = first(number % len(exercises))
        mistake = earlier[one % len(earlier)]
        assume(mistake.steps)
        later = mutants(replace(exercise, wrong=(), steps=mistake.steps))
        assume(later)
        second = later[other % len(later)]
        desk.prepare([exercise])
        known = desk.diagnostician(exercise)
        traces = traces_of(exercise, second.steps, known.prepared.cases, desk)
        mark = grade(exercise, known.prepared.expected, traces, {})
        assume(mark.verdict != "passed")
        for finding in known.diagnose(mark, traces):
            told = f"{exercise.id}: {mistake.operator} and {second.operator} are told as {finding}"
            assert finding.proven or finding.source == "message" or not finding.changes, told
            assert is_about(finding, {mistake.misconception, second.misconception}, traces[0]), told

    return check_pair


def traces_of(exercise, steps, cases, desk):
    """What a student leaves who does these steps, in every case."""
    program = runnable(exercise, steps)
    runs = perform(exercise, [(program, case) for case in cases], desk.engine, desk.settings)
    assume(all(run.error is None or len(run.steps) == len(program) for run in runs))
    return tuple(with_lines(student_trace(exercise, program, run)) for run in runs)


def with_lines(trace):
    calls = tuple(
        replace(call, line=line, loss_line=line if call.kind == "backward" else None) for line, call in enumerate(trace.calls, 1)
    )
    return replace(trace, calls=calls)


def is_about(finding, done, trace):
    words = set(finding.misconceptions)
    if not words or finding.source in ("message", "mutant") or words == {"nothing-called"}:
        return not words or finding.source != "fact" or not trace.calls
    return bool(words & done) or any(words & thing and done & thing for thing in ABOUT_ONE_THING)


_PAIRS = {"number": st.integers(0, 10_000), "one": st.integers(0, 10_000), "other": st.integers(0, 10_000)}
_QUIET = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=60, **_QUIET)
@given(**_PAIRS)
def test_what_is_said_of_two_random_mistakes_is_proven_and_about_them(check_pair, number, one, other):
    check_pair(number, one, other)


@pytest.mark.slow
@settings(max_examples=1000, **_QUIET)
@given(**_PAIRS)
def test_what_is_said_of_many_random_mistakes_is_proven_and_about_them(check_pair, number, one, other):
    check_pair(number, one, other)
