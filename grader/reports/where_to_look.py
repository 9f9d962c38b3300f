"""The exercises that need attention, worst first, and the line of the student's file to look at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.records.result import NOT_RIGHT, UNSTARTED, Diagnosis, Report, Result
from grader.reports.wording import fixes, places


def is_failure(result: Result) -> bool:
    """Did the student start the exercise and not pass it?"""
    return result.verdict not in ("passed", "grader_error", *UNSTARTED)


def failures(results: Iterable[Result]) -> list[Result]:
    """The failures, those with the smallest share of their points first."""
    return sorted((result for result in results if is_failure(result)), key=_share_of_points)


def line(result: Result) -> int | None:
    """The line to look at, counted from 1. None for a notebook, whose file has other lines than its code."""
    if result.file is None or result.file.endswith(".ipynb"):
        return None
    return line_of_code(result)


def line_of_code(result: Result) -> int | None:
    """The line to look at; for a notebook the line in the code of all its cells."""
    return next(_lines_to_look_at(result), None)


def explanation(result: Result) -> list[str]:
    """The sentence about the exercise, then its causes."""
    return [result.summary, *causes(result)]


def causes(result: Result) -> list[str]:
    """Each cause with its place and its fix."""
    return [places.where(result.file, each.line, result.cells) + cause(each) for each in result.diagnoses]


def cause(diagnosis: Diagnosis) -> str:
    """The message, and the fix if there is one."""
    return f"{diagnosis.message} {fixes.fix(diagnosis.fix)}" if diagnosis.fix else diagnosis.message


def exercise_names(report: Report) -> list[str]:
    """The exercise of each result, after its submission if the report has several."""
    several = len({result.submission for result in report.results}) > 1
    return [f"{result.submission}: {result.exercise}" if several else result.exercise for result in report.results]


def in_repository(report: Report, root: Path) -> Report:
    """The same report with its file names relative to `root`. A file outside of `root` keeps its name."""
    results = (result.model_copy(update={"file": _relative_to(root, result.file)}) for result in report.results)
    return report.model_copy(update={"results": tuple(results)})


def _share_of_points(result: Result) -> float:
    return (result.score or 0) / result.max_score if result.max_score else 0


def _lines_to_look_at(result: Result) -> Iterator[int]:
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


def _relative_to(root: Path, file: str | None) -> str | None:
    if file is None:
        return None
    folder, name = os.path.split(os.path.abspath(file))
    seen = os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(root))
    return Path(file if seen.startswith(os.pardir) else seen).as_posix()
