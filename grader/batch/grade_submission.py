"""Grades one submission. If the grader itself fails on one exercise, the others are graded all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.assess import assess_submission
from grader.assess.session import GradingSession
from grader.batch.store import GradedSubmission
from grader.marking.grade import grade_of_grader_error
from grader.records.assessed import Assessed
from grader.records.exercise import Exercise
from grader.records.feedback import Feedback
from grader.records.result import Result
from grader.records.submission import Submission
from grader.reports.feedback import limited
from grader.reports.results import describe_for_others


def graded_submission(
    submission: Submission,
    exercises: Sequence[Exercise],
    session: GradingSession,
    made_of: Mapping[str, str],
    key: str,
    feedback: Feedback,
) -> GradedSubmission:
    """The results of these exercises, with no more than `feedback` tells.

    One on which the grader failed has no key, so that the next run grades it again.
    """
    results = _results(submission, exercises, session)
    return GradedSubmission(
        submission.name,
        key,
        [(limited(result, feedback), "" if result.verdict == "grader_error" else made_of[result.exercise]) for result in results],
        submission.problem,
        submission.details,
        submission.notes,
        submission.strays,
    )


def _results(submission: Submission, exercises: Sequence[Exercise], session: GradingSession) -> list[Result]:
    results: list[Result] = []
    while rest := exercises[len(results) :]:
        try:
            for assessed in assess_submission(rest, submission, session):
                results.append(describe_for_others(assessed))
        except Exception as error:
            exercise = exercises[len(results)]
            grade = grade_of_grader_error(exercise, f"{type(error).__name__}: {error}")
            assessed = Assessed(submission.name, exercise, submission.files.get(exercise.id), grade)
            results.append(describe_for_others(assessed))
    return results
