"""The mark of one exercise: what was expected against what was observed, in all its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.marking import predict
from grader.marking.compare import Comparison, Replays, compare
from grader.marking.ending import ends_as_asked, error_of, fatal_verdict, verdict
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.points import full_points, scaled, scores_out_of
from grader.marking.rows import rows
from grader.marking.score import penalty, total
from grader.records.exercise import Exercise
from grader.records.grade import Grade
from grader.records.result import Verdict
from grader.records.submission import SolutionFile
from grader.records.trace import Raised, ReplayRequest, State, Trace

MOST_REPLAYS = 200


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What the reference should be asked before `grade`: steps to perform on the student's states, the likeliest first.

    Where nothing is to be asked, the comparisons stand already.
    """

    questions: tuple[ReplayRequest, ...] = ()
    comparisons: tuple[Comparison, ...] | None = None


def first_look(asked: ExpectedRuns, observed: Sequence[Trace]) -> FirstLook:
    """A comparison before the reference was asked anything."""
    if asked.exercise.kind == "predict" or fatal_verdict(observed):
        return FirstLook()
    answers = Replays(collects=True)
    comparisons = compare(asked, observed, answers)
    questions = tuple(answers.asked()[:MOST_REPLAYS])
    return FirstLook(questions, None if questions else comparisons)


def grade(
    asked: ExpectedRuns,
    observed: Sequence[Trace],
    answers: Mapping[ReplayRequest, State],
    comparisons: tuple[Comparison, ...] | None = None,
) -> Grade:
    """Verdict, score and rows. `observed` has one run per case, the visible one first; a call whose question is not in
    `answers` counts as wrong. `comparisons` are those of a first look that left no question.
    """
    exercise, expected = asked.exercise, asked.runs
    if (fatal := fatal_verdict(observed)) is not None:
        return _without_points(exercise, fatal, *error_of(exercise, observed), optional=asked.optional)
    if exercise.kind == "predict":
        return predict.grade(exercise, expected[0], observed[0])
    if comparisons is None:
        comparisons = compare(asked, observed, Replays(answers))
    found = rows(asked, observed, comparisons)
    ended = len(observed) == len(expected) and all(ends_as_asked(exercise, trace.ending) for trace in observed)
    score = total(found, asked.full, penalty(comparisons), ended=ended)
    return Grade(
        verdict(exercise, observed, faultless=score.faultless),
        scaled(score.points, score.full, exercise),
        scores_out_of(exercise, score.full),
        found,
        *error_of(exercise, observed),
    )


def unrun(exercise: Exercise, file: SolutionFile | None) -> Grade:
    """The mark of an exercise that was not run: no file, one that cannot be read, or still the starter."""
    if file is None:
        return _without_points(exercise, "not_found")
    if file.text is None:
        return _without_points(exercise, "error", Raised("OSError", file.problem))
    return _without_points(exercise, "not_started")


def grader_error(exercise: Exercise, message: str) -> Grade:
    """The mark when the grader itself failed: none, which is not a zero."""
    return _without_points(exercise, "grader_error", Raised("EngineError", message))


def _full(exercise: Exercise, optional: frozenset[int] | None) -> Fraction:
    """What there is to earn, before the exercise's own scale; `optional` as far as it is known without a run, if not told."""
    if exercise.kind == "predict":
        return Fraction(len(predict.asked(exercise)))
    return full_points(exercise, _surely_optional(exercise) if optional is None else optional)


def _surely_optional(exercise: Exercise) -> frozenset[int]:
    """A zero before everything changes nothing in any run."""
    first = next((i for i, step in enumerate(exercise.steps) if step.is_call and step.verb != "zero"), len(exercise.steps))
    return frozenset(i for i, step in enumerate(exercise.steps) if step.optional or (i < first and step.verb == "zero"))


def _without_points(
    exercise: Exercise,
    word: Verdict,
    error: Raised | None = None,
    hidden: bool = False,
    optional: frozenset[int] | None = None,
) -> Grade:
    score = None if word == "grader_error" else 0.0
    return Grade(word, score, scores_out_of(exercise, _full(exercise, optional)), (), error, hidden)
