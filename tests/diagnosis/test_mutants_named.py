"""Every mutant of every exercise, as a student would do it, gets its own word, or that of a mutant that leaves the same.

There is no student process: the trace is made from the reference run of the mutant. Equivalent mutants, which would pass,
are left out.
"""

import pytest

from grader.check.student_trace import student_trace
from grader.marking.grade import grade_traces
from grader.records.trace import Ending, TensorValue

# Sources that say something simpler than the mutant's word: PyTorch's own message, or that nothing was called.
SIMPLER = {"message", "fact"}


@pytest.fixture(scope="session")
def mutant_students(session):
    """For an exercise: its mutants, each with the traces of a student who does the same in every case."""

    def mutant_students(exercise):
        session.prepare([exercise])
        known = session.diagnostician(exercise)
        runs = known.known.in_all_cases(range(len(known.mutants)))
        return [
            (mutant, tuple(student_trace(exercise, steps, run) for run in runs[number]))
            for number, (mutant, steps, _) in enumerate(known.mutants)
            if all(run.error is None or len(run.steps) == len(steps) for run in runs[number])
        ]

    return mutant_students


@pytest.mark.parametrize(
    "name", ["core/gradients-pile-up", "core/manual-sgd", "core/unscale-then-clip", "pixels/the-magic-mirror"]
)
def test_every_mutant_of_some_exercises_is_named(course, name, mutant_students, session):
    assert _misnamed(course[name], mutant_students, session) == []


@pytest.mark.slow
def test_every_mutant_is_named(each_exercise, mutant_students, session):
    assert _misnamed(each_exercise, mutant_students, session) == []


def _misnamed(exercise, mutant_students, session):
    students = mutant_students(exercise)
    known = session.diagnostician(exercise)
    misnamed, families = [], {}
    for mutant, traces in students:
        families.setdefault(_left(traces), set()).add(mutant.misconception)
    for mutant, traces in students:
        mark = grade_traces(known.prepared.expected_runs, traces, {})
        findings = () if mark.verdict == "passed" else known.diagnose(mark, traces).findings
        words = set(findings[0].misconceptions) if findings else set()
        is_simpler = bool(findings) and findings[0].source in SIMPLER
        if mark.verdict != "passed" and not words & families[_left(traces)] and not is_simpler:
            misnamed.append(f"{mutant.misconception} ({mutant.operator}): {[each.misconceptions for each in findings]}")
    return misnamed


def _left(traces):
    """What the calls that change something left, in every case, and how the function ended."""
    return tuple((tuple(_state(call.after) for call in trace.calls if call.changed), _end(trace.ending)) for trace in traces)


def _state(state):
    return tuple((name, _rounded(leaf.value), leaf.grad and _rounded(leaf.grad)) for name, leaf in state.items())


def _rounded(value):
    """Rounded to digits that every tolerance allows, also inside the answers to a prediction."""
    match value:
        case TensorValue():
            return value.shape, tuple(float(f"{number:.3g}") for number in value.data)
        case float():
            return float(f"{value:.3g}")
        case dict():
            return tuple((name, _rounded(each)) for name, each in value.items())
        case tuple():
            return tuple(map(_rounded, value))
    return value


def _end(ending: Ending):
    return ending.how, ending.error and (ending.error.type, ending.error.message), _rounded(ending.returned)
