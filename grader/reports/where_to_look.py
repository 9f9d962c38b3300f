"""Which exercises need somebody's attention, worst first, and the line of the student's file to look at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.records.result import NOT_RIGHT, Report, Result
from grader.reports import wording


def is_failure(result: Result) -> bool:
    """Was it started, and did the student not pass it?"""
    return result.verdict not in ("passed", "grader_error", *wording.UNSTARTED)


def failures(results: Iterable[Result]) -> list[Result]:
    """Those that lost the largest share of their points first."""
    return sorted((result for result in results if is_failure(result)), key=_earned)


def line(result: Result) -> int | None:
    """The line to look at, counted from 1. Of a notebook none: its lines are those of its cells."""
    if result.file is None or result.file.endswith(".ipynb"):
        return None
    return line_of_code(result)


def line_of_code(result: Result) -> int | None:
    """The same, and of a notebook the line in the code of all its cells."""
    return next(_lines(result), None)


def explanation(result: Result) -> list[str]:
    """The sentence about the exercise, then each cause with its cure."""
    causes = [wording.where(result.file, each.line, result.cells) + each.message for each in result.diagnoses]
    fixes = [f" {wording.fix(each.fix)}" if each.fix else "" for each in result.diagnoses]
    return [result.summary, *(cause + fix for cause, fix in zip(causes, fixes, strict=True))]


def in_repository(report: Report, root: Path) -> Report:
    """The same report, its files named as they are seen from `root`; a file that lies elsewhere keeps its name."""
    results = (result.model_copy(update={"file": _from(root, result.file)}) for result in report.results)
    return report.model_copy(update={"results": tuple(results)})


def _earned(result: Result) -> float:
    return (result.score or 0) / result.max_score if result.max_score else 0


def _lines(result: Result) -> Iterator[int]:
    for diagnosis in result.diagnoses:
        yield from (line for line in (diagnosis.line, *(diagnosis.between or ())) if line is not None)
    if result.error is not None and result.error.line is not None:
        yield result.error.line
    before: int | None = None
    for step in result.steps:
        here = step.line or before
        if step.status in NOT_RIGHT and here is not None:
            yield here
        before = here


def _from(root: Path, file: str | None) -> str | None:
    if file is None:
        return None
    folder, name = os.path.split(os.path.abspath(file))
    seen = os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(root))
    return Path(file if seen.startswith(os.pardir) else seen).as_posix()
