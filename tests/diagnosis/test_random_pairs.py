"""Any two mistakes in any exercise: every finding is proven, and nearly all are about the mistakes that were made.

The student's trace is made from the reference run of the wrong program, with each call on a line of its own.
"""

from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from grader.assess.prepared import run_steps
from grader.check.student_trace import student_trace
from grader.diagnosis.explain import runnable
from grader.diagnosis.mutations import mutants
from grader.marking.grade import grade_traces

# Words about the same calls. Two mistakes may leave the same as one other mistake, or as two others, which are then named.
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
def report(course, session):
    """The findings for a pair of mistakes: a sentence, is it proven, does it name what was done. None if there is no pair."""
    exercises = list(course.values())

    @cache
    def first(number):
        return mutants(replace(exercises[number], wrong=()))

    def report(number, one, other):
        exercise = exercises[number % len(exercises)]
        earlier = first(number % len(exercises))
        mistake = earlier[one % len(earlier)]
        later = mutants(replace(exercise, wrong=(), steps=mistake.steps)) if mistake.steps else ()
        if not later:
            return None
        second = later[other % len(later)]
        session.prepare([exercise])
        known = session.diagnostician(exercise)
        traces = traces_of(exercise, second.steps, known.prepared.cases, session)
        if traces is None:
            return None
        mark = grade_traces(known.prepared.expected_runs, traces, {})
        if mark.verdict == "passed":
            return None
        done = {mistake.misconception, second.misconception}
        return [
            (
                f"{exercise.id}: {mistake.operator} and {second.operator} are reported as {finding}",
                finding.proven or finding.source == "message" or not finding.changes,
                is_missing(finding, exercise.steps, second.steps) or is_about(finding, done, traces[0]),
            )
            for finding in known.diagnose(mark, traces).findings
        ]

    return report


def traces_of(exercise, steps, cases, session):
    """The traces of a student who performs these steps, in every case; None if they cannot be performed."""
    program = runnable(exercise, steps)
    runs = run_steps(exercise, [(program, case) for case in cases], session.engine, session.settings)
    if any(run.error is not None and len(run.steps) < len(program) for run in runs):
        return None
    return tuple(with_lines(student_trace(exercise, program, run)) for run in runs)


def with_lines(trace):
    calls = tuple(
        replace(call, line=line, loss_line=line if call.kind == "backward" else None) for line, call in enumerate(trace.calls, 1)
    )
    return replace(trace, calls=calls)


def is_missing(finding, right, performed):
    """Does the finding only say that calls are left out, and are there fewer of them than there should be?"""
    gone = [change.right for change in finding.changes if change.what == "left-out"]
    return len(gone) == len(finding.changes) > 0 and all(count(step, performed) < count(step, right) for step in gone)


def count(step, steps):
    return sum((each.verb, each.action) == (step.verb, step.action) for each in steps)


def is_about(finding, done, trace):
    words = set(finding.misconceptions)
    if not words or finding.source in ("message", "mutant") or words == {"nothing-called"}:
        return not words or finding.source != "fact" or not trace.calls
    return bool(words & done) or any(words & thing and done & thing for thing in ABOUT_ONE_THING)


def check(reported):
    assume(reported is not None)
    for sentence, is_proven, _ in reported:
        assert is_proven, sentence


_PAIRS = {"number": st.integers(0, 10_000), "one": st.integers(0, 10_000), "other": st.integers(0, 10_000)}
_QUIET = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=60, **_QUIET)
@given(**_PAIRS)
def test_the_findings_for_two_random_mistakes_are_proven(report, number, one, other):
    check(report(number, one, other))


@pytest.mark.slow
@settings(max_examples=500, **_QUIET)
@given(**_PAIRS)
def test_the_findings_for_many_random_mistakes_are_proven(report, number, one, other):
    check(report(number, one, other))


@pytest.mark.slow
def test_almost_no_finding_for_a_random_pair_names_something_else(report):
    """Two mistakes may leave exactly what two others leave, which are then named: a few findings of a thousand."""
    draw = Random(0)
    reported = [report(*(draw.randrange(10_000) for _ in range(3))) for _ in range(500)]
    findings = [each for pair in reported if pair for each in pair]
    elsewhere = [sentence for sentence, _, is_about_it in findings if not is_about_it]
    assert len(findings) > 200
    assert len(elsewhere) <= len(findings) / 100, elsewhere
