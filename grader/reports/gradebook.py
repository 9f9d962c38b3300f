"""The gradebook: a row per student, a column per exercise, the total. Spreadsheets must not take a name for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TextIO

from grader.records.exercise import Exercise
from grader.records.result import Report, RunInfo
from grader.reports.plain import harmless
from grader.store import Mark, Store

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NOT_ABOUT_THE_STUDENT = ("layout", "received")


def write(store: Store, exercises: Sequence[Exercise], run: RunInfo, stream: TextIO) -> None:
    """The whole store as CSV, one row after another."""
    ids = [exercise.id for exercise in exercises]
    details = [name for name in store.detail_names() if name not in _NOT_ABOUT_THE_STUDENT]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_texts(["student", *details, *ids, "total", "of", "note"]))
    for submission in store.submissions():
        about = [submission.details.get(name, "") for name in details]
        note = " ".join(part for part in (submission.problem, *submission.notes) if part)
        marks = [submission.marks.get(name) for name in ids]
        writer.writerow([*_texts([submission.name, *about]), *points(marks), *_texts([note])])


def to_text(report: Report) -> str:
    """One row per submission of a report that is held whole."""
    stream = io.StringIO()
    ids = list(dict.fromkeys(result.exercise for result in report.results))
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_texts(["student", *ids, "total", "of"]))
    for name in dict.fromkeys(result.submission for result in report.results):
        own = {
            each.exercise: Mark(each.verdict, each.score, each.max_score) for each in report.results if each.submission == name
        }
        writer.writerow([*_texts([name]), *points([own.get(each) for each in ids])])
    return stream.getvalue()


def number(points: float) -> str:
    """To a hundredth, without zeros that say nothing."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def points(marks: Sequence[Mark | None]) -> list[str]:
    """Each score, the total and what could be earned; nothing, where the grader failed or did not grade."""
    scores = [mark.score if mark else None for mark in marks]
    known = [score for score in scores if score is not None]
    total = number(sum(known)) if len(known) == len(scores) else ""
    possible = number(sum(mark.max_score for mark in marks if mark))
    return [*("" if score is None else number(score) for score in scores), total, possible]


def _texts(cells: Sequence[str]) -> list[str]:
    """One line each, as a terminal and a spreadsheet would show it."""
    lines = (" ".join(harmless(cell).split("\n")) for cell in cells)
    return [f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell for cell in lines]
