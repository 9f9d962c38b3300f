"""Submissions as the store can keep them: unique names, texts that UTF-8 can encode, and files even if none could be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grader.records.exercise import Exercise
from grader.records.result import without_surrogates
from grader.records.submission import SolutionFile, Stray, Submission
from grader.submissions.collect import collect_submissions


def storable_submissions(
    root: Path, exercises: Sequence[Exercise], only: Sequence[str], layout: str, names: set[str]
) -> Iterator[Submission]:
    """Each submission under a unique name, which is added to `names`. `only` are the ids of the exercises to grade.

    A submission that cannot be read gets a file for each exercise whose `problem` says why.
    """
    for submission in collect_submissions(root, exercises, layout, only):
        name = _unused_name(submission.name, names)
        names.add(name)
        yield replace(
            submission,
            name=name,
            files=_files_or_problem(submission, exercises),
            strays=tuple(Stray(without_surrogates(stray.path), stray.nearest) for stray in submission.strays),
            problem=without_surrogates(submission.problem),
            details={key: without_surrogates(value) for key, value in submission.details.items()},
            notes=tuple(without_surrogates(note) for note in submission.notes),
        )


def _files_or_problem(submission: Submission, exercises: Sequence[Exercise]) -> dict[str, SolutionFile]:
    if submission.problem:
        unreadable = SolutionFile(without_surrogates(submission.name), None, without_surrogates(submission.problem))
        return {exercise.id: unreadable for exercise in exercises}
    return {name: replace(file, path=without_surrogates(file.path)) for name, file in submission.files.items()}


def _unused_name(name: str, names: set[str]) -> str:
    """A name with bytes that are not text gets their hash, so that it does not depend on who else is in the class."""
    unused = without_surrogates(name)
    while unused in names or (unused != name and not unused.endswith("]")):
        unused = f"{unused} [{hashlib.sha256(f'{name}/{unused}'.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}]"
    return unused
