"""`--format csv`: a row per submission, a column per exercise, and the total. No cell is a formula for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Protocol

from grader.records.result import Report
from grader.reports.plain import harmless

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


class Scored(Protocol):
    """Anything with points. `score` is None if the grader itself failed."""

    @property
    def score(self) -> float | None: ...

    @property
    def max_score(self) -> float: ...


def to_text(report: Report) -> str:
    """The table of a whole report."""
    stream = io.StringIO()
    ids = list(dict.fromkeys(result.exercise for result in report.results))
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(safe_texts(["student", *ids, "total", "of"]))
    for name in dict.fromkeys(result.submission for result in report.results):
        own = {each.exercise: each for each in report.results if each.submission == name}
        writer.writerow([*safe_texts([name]), *points_cells([own.get(each) for each in ids])])
    return stream.getvalue()


def points_text(points: float) -> str:
    """Rounded to a hundredth, without trailing zeros."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def points_cells(marks: Sequence[Scored | None]) -> list[str]:
    """Each score, the total and the maximum. A cell is empty if the grader failed or did not grade."""
    scores = [mark.score if mark else None for mark in marks]
    known = [score for score in scores if score is not None]
    total = points_text(sum(known)) if len(known) == len(scores) else ""
    possible = points_text(sum(mark.max_score for mark in marks if mark))
    return [*("" if score is None else points_text(score) for score in scores), total, possible]


def safe_texts(cells: Sequence[str]) -> list[str]:
    """Cells that are safe for a terminal and a spreadsheet: one line each, no control characters, no formula."""
    lines = (" ".join(harmless(cell).split("\n")) for cell in cells)
    return [f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell for cell in lines]
