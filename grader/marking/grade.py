"""The grade of one exercise: the expected runs compared with the observed ones, in all cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.marking import predict
from grader.marking.compare import Comparison, Replays, compare
from grader.marking.ending import ends_as_expected, error_of, fatal_verdict, verdict_of
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.points import full_points, scaled, scores_out_of
from grader.marking.rows import timeline_rows
from grader.marking.score import largest_penalty, total_score
from grader.marking.torch_rules import rule_rows
from grader.records.exercise import Exercise
from grader.records.grade import Grade
from grader.records.result import Verdict
from grader.records.submission import SolutionFile
from grader.records.trace import Raised, ReplayRequest, State, Trace


def grade_traces(expected_runs: ExpectedRuns, observed: Sequence[Trace], replays: Mapping[ReplayRequest, State]) -> Grade:
    """Verdict, score and rows. `observed` has one trace per case, the visible one first.

    A call that needs a replay which is not in `replays` counts as wrong.
    """
    return grade_without_calls(expected_runs, observed) or grade_of_comparisons(
        expected_runs, observed, compare(expected_runs, observed, Replays(replays))
    )


def grade_without_calls(expected_runs: ExpectedRuns, observed: Sequence[Trace]) -> Grade | None:
    """The grade of a run for which no calls are compared: it ended early, or it is a prediction."""
    exercise = expected_runs.exercise
    if (fatal := fatal_verdict(observed)) is not None:
        return _without_points(exercise, fatal, *error_of(exercise, observed), optional=expected_runs.optional)
    if exercise.kind == "predict":
        return predict.grade_prediction(exercise, expected_runs.runs[0], observed[0])
    return None


def grade_of_comparisons(expected_runs: ExpectedRuns, observed: Sequence[Trace], comparisons: tuple[Comparison, ...]) -> Grade:
    """The grade of a run whose calls have been compared with the steps in every case."""
    exercise, expected = expected_runs.exercise, expected_runs.runs
    rows = (*timeline_rows(expected_runs, observed, comparisons), *rule_rows(exercise, observed))
    ended = len(observed) == len(expected) and all(ends_as_expected(exercise, trace.ending) for trace in observed)
    score = total_score(rows, expected_runs.full, largest_penalty(comparisons), ended=ended)
    return Grade(
        verdict_of(exercise, observed, faultless=score.faultless),
        scaled(score.points, score.full, exercise),
        scores_out_of(exercise, score.full),
        rows,
        *error_of(exercise, observed),
    )


def grade_of_not_run(exercise: Exercise, file: SolutionFile | None) -> Grade:
    """The grade of an exercise that was not run: no file, an unreadable file, or the unchanged starter."""
    if file is None:
        return _without_points(exercise, "not_found")
    if file.text is None:
        return _without_points(exercise, "error", Raised("OSError", file.problem))
    return _without_points(exercise, "not_started")


def grade_of_grader_error(exercise: Exercise, message: str) -> Grade:
    """The grade when the grader itself failed: no score, which is not a score of 0."""
    return _without_points(exercise, "grader_error", Raised("EngineError", message))


def _full_points(exercise: Exercise, optional: frozenset[int] | None) -> Fraction:
    """The full points before the exercise's own scale. If `optional` is None, only the steps that surely are count."""
    if exercise.kind == "predict":
        return Fraction(len(predict.answered_steps(exercise)))
    return full_points(exercise, _surely_optional(exercise) if optional is None else optional)


def _surely_optional(exercise: Exercise) -> frozenset[int]:
    """The steps that say so, and a zero before all other calls: it changes nothing in any run."""
    first = next((i for i, step in enumerate(exercise.steps) if step.is_call and step.verb != "zero"), len(exercise.steps))
    return frozenset(i for i, step in enumerate(exercise.steps) if step.optional or (i < first and step.verb == "zero"))


def _without_points(
    exercise: Exercise, word: Verdict, error: Raised | None = None, hidden: bool = False, optional: frozenset[int] | None = None
) -> Grade:
    score = None if word == "grader_error" else 0.0
    return Grade(word, score, scores_out_of(exercise, _full_points(exercise, optional)), (), error, hidden)
