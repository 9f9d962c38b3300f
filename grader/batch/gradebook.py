"""`gradebook.csv` of a class: a row per student, a column per exercise, the total, and notes on the submission."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TextIO

from grader.batch.showing import showing
from grader.batch.store import Store, Stored
from grader.records.exercise import Exercise
from grader.records.result import RunInfo
from grader.reports.csv_report import points_cells, safe_texts

_NOT_ABOUT_THE_STUDENT = ("layout", "received")


def write(store: Store, exercises: Sequence[Exercise], run: RunInfo, stream: TextIO) -> None:
    """Write the whole store as CSV, row by row. Raises Unshowable."""
    ids = [exercise.id for exercise in exercises]
    details = [name for name in store.detail_names() if name not in _NOT_ABOUT_THE_STUDENT]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(safe_texts(["student", *details, *ids, "total", "of", "note"]))
    for submission in store.submissions():
        with showing(submission):
            row = row_of(submission, details, ids)
        writer.writerow(row)


def row_of(submission: Stored, details: Sequence[str], ids: Sequence[str]) -> list[str]:
    """The cells of one student."""
    about = [submission.details.get(name, "") for name in details]
    note = " ".join(part for part in (submission.problem, *submission.notes) if part)
    marks = [submission.marks.get(name) for name in ids]
    return [*safe_texts([submission.name, *about]), *points_cells(marks), *safe_texts([note])]
