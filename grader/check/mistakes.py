"""The mistakes in the file: each fails, and is diagnosed as what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.check.as_student import student_trace
from grader.check.subject import Subject, Visible
from grader.errors import Problem
from grader.records.exercise import Wrong
from grader.records.finding import Finding
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.trace import Trace


@dataclass(frozen=True, slots=True)
class Named:
    """How many mistakes are diagnosed as what they say."""

    named: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def passing(visible: Visible) -> tuple[Wrong, ...]:
    """The mistakes that the numbers in the file do not show."""
    pairs = zip(visible.exercise.wrong, visible.mistakes, strict=True)
    return tuple(wrong for wrong, run in pairs if visible.passes(run, visible.right))


def problems_of_passing(mistakes: Sequence[Wrong]) -> Iterator[Problem]:
    for wrong in mistakes:
        yield Problem(
            f"The mistake `{wrong.name}` passes: on the numbers in the file it leaves what the right steps leave.",
            wrong.where,
            "choose numbers that show it, or remove it",
        )


def prove(subject: Subject) -> Named:
    """Grade and diagnose each mistake that fails as if a student had made it."""
    exercise = subject.exercise
    problems: list[Problem] = []
    twins = dict(_twins(subject))
    named = 0
    for place, wrong in enumerate(exercise.wrong):
        if wrong in passing(subject.visible):
            continue
        traces = traces_of(subject, place)
        findings = subject.diagnose(subject.mark(traces), traces)
        if _says(findings, wrong) or place in twins:
            named += 1
        else:
            problems.append(_misnamed(wrong, findings))
    notes = [_twin_note(exercise.wrong[place], exercise.wrong[twin]) for place, twin in twins.items()]
    return Named(named, tuple(problems), tuple(notes))


def traces_of(subject: Subject, place: int) -> tuple[Trace, ...]:
    """What a student who makes this mistake of the file would leave in every prepared case."""
    steps, runs = subject.wrong_runs[place]
    return tuple(student_trace(subject.exercise, steps, run) for run in runs)


def _says(findings: Sequence[Finding], wrong: Wrong) -> bool:
    words = [finding.misconceptions[0] for finding in findings[:1] if finding.misconceptions]
    return words == [wrong.misconception] or (words == ["nothing-called"] and MISCONCEPTIONS[wrong.misconception].calls_nothing)


def _misnamed(wrong: Wrong, findings: Sequence[Finding]) -> Problem:
    words = [finding.misconceptions[0] for finding in findings if finding.misconceptions]
    said = f"is diagnosed as `{words[0]}`, not as" if words else "is not diagnosed as anything, but should be"
    return Problem(
        f"The mistake `{wrong.name}` {said} `{wrong.misconception}`.",
        wrong.where,
        "give it the word that fits, or choose numbers that tell the two apart",
    )


def _twins(subject: Subject) -> Iterator[tuple[int, int]]:
    """Mistakes of different words that leave the same: each with the first of its kind."""
    seen: list[tuple[int, object]] = []
    for place, wrong in enumerate(subject.exercise.wrong):
        left = [_left(trace) for trace in traces_of(subject, place)]
        twin = next((first for first, other in seen if other == left), None)
        if twin is None:
            seen.append((place, left))
        elif subject.exercise.wrong[twin].misconception != wrong.misconception:
            yield place, twin


def _left(trace: Trace) -> object:
    raised = trace.ending.error and (trace.ending.error.type, trace.ending.error.message)
    return [(call.kind, call.after) for call in trace.calls], trace.ending.returned, raised


def _twin_note(wrong: Wrong, twin: Wrong) -> Problem:
    return Problem(
        f"The mistakes `{twin.name}` ({twin.misconception}) and `{wrong.name}` ({wrong.misconception}) leave the same, "
        "so only the first is ever named.",
        wrong.where,
    )
