"""The mistakes in the file: each must fail, and the diagnosis must name the misconception that the file gives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.check.checked_exercise import CheckedExercise, VisibleRuns
from grader.check.student_trace import student_trace
from grader.errors import Problem
from grader.records.exercise import Wrong
from grader.records.finding import Finding
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.trace import Trace


@dataclass(frozen=True, slots=True)
class NamedMistakes:
    """`named`: how many mistakes are diagnosed as the file says."""

    named: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def passing_mistakes(visible: VisibleRuns) -> tuple[Wrong, ...]:
    """The mistakes that pass with the numbers in the file, and with the data of every variant."""
    passing = [all(each) for each in zip(*(runs.passing() for runs in (visible, *visible.variants)), strict=True)]
    return tuple(wrong for wrong, passes in zip(visible.exercise.wrong, passing, strict=True) if passes)


def passing_problems(mistakes: Sequence[Wrong]) -> Iterator[Problem]:
    for wrong in mistakes:
        yield Problem(
            f"The mistake `{wrong.name}` passes: on the numbers in the file it leaves what the right steps leave.",
            wrong.where,
            "choose numbers that distinguish the two, or remove this entry",
        )


def diagnose_mistakes(checked: CheckedExercise) -> NamedMistakes:
    """Grade and diagnose each mistake that fails, as if a student had made it."""
    exercise = checked.exercise
    problems: list[Problem] = []
    twins = dict(_twins(checked))
    passing = passing_mistakes(checked.visible)
    named = 0
    for place, wrong in enumerate(exercise.wrong):
        if wrong in passing:
            continue
        traces = traces_of_mistake(checked, place)
        findings = checked.diagnose(checked.grade(traces), traces)
        if _is_named(findings, wrong) or place in twins:
            named += 1
        else:
            problems.append(_wrong_name(wrong, findings))
    notes = [_twin_note(exercise.wrong[place], exercise.wrong[twin]) for place, twin in twins.items()]
    return NamedMistakes(named, tuple(problems), tuple(notes))


def traces_of_mistake(checked: CheckedExercise, place: int) -> tuple[Trace, ...]:
    """The trace, in every prepared case and variant, of a student who makes this mistake."""
    found: list[Trace] = []
    for prepared, mistakes in checked.mistakes_with_variants():
        steps, runs = mistakes[place]
        pairs = zip(runs, prepared.expected, strict=True)
        found += [student_trace(checked.exercise, steps, run, right) for run, right in pairs]
    return tuple(found)


def _is_named(findings: Sequence[Finding], wrong: Wrong) -> bool:
    words = [finding.misconceptions[0] for finding in findings[:1] if finding.misconceptions]
    return words == [wrong.misconception] or (words == ["nothing-called"] and MISCONCEPTIONS[wrong.misconception].calls_nothing)


def _wrong_name(wrong: Wrong, findings: Sequence[Finding]) -> Problem:
    words = [finding.misconceptions[0] for finding in findings if finding.misconceptions]
    diagnosed = f"is diagnosed as `{words[0]}`, not as" if words else "is not diagnosed, but should be"
    return Problem(
        f"The mistake `{wrong.name}` {diagnosed} `{wrong.misconception}`.",
        wrong.where,
        "write the misconception that fits, or choose numbers that distinguish the two",
    )


def _twins(checked: CheckedExercise) -> Iterator[tuple[int, int]]:
    """Mistakes with different misconceptions and the same result: each with the first mistake that has this result."""
    seen: list[tuple[int, object]] = []
    for place, wrong in enumerate(checked.exercise.wrong):
        results = [_result_of_trace(trace) for trace in traces_of_mistake(checked, place)]
        twin = next((first for first, other in seen if other == results), None)
        if twin is None:
            seen.append((place, results))
        elif checked.exercise.wrong[twin].misconception != wrong.misconception:
            yield place, twin


def _result_of_trace(trace: Trace) -> object:
    raised = trace.ending.error and (trace.ending.error.type, trace.ending.error.message)
    return (
        [(call.kind, call.after) for call in trace.calls],
        trace.ending.returned,
        raised,
        sorted(use.name for use in trace.used),
    )


def _twin_note(wrong: Wrong, twin: Wrong) -> Problem:
    return Problem(
        f"The mistakes `{twin.name}` ({twin.misconception}) and `{wrong.name}` ({wrong.misconception}) leave the same values, "
        "so the diagnosis always names the first one.",
        wrong.where,
    )
