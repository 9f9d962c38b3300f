"""The newest result of each exercise, stored as a report in `.grader/last.json`."""

from __future__ import annotations

from pathlib import Path

from grader.records.result import Report, Result
from grader.reports import json_report


def load(root: Path) -> dict[str, Result]:
    """The newest result of each exercise. Empty if there is no readable report."""
    try:
        report = json_report.from_text(_file(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {result.exercise: result for result in report.results}


def save(root: Path, report: Report) -> None:
    """Replace the stored results of the exercises in this report, and keep all others. Raises OSError."""
    results = load(root) | {result.exercise: result for result in report.results}
    json_report.write(report.model_copy(update={"results": tuple(results.values())}), _file(root))


def _file(root: Path) -> Path:
    return root / ".grader" / "last.json"
