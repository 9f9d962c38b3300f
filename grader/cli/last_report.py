"""What the last runs of `grade` said: `.grader/last.json`, a report with the newest result of each exercise."""

from __future__ import annotations

from pathlib import Path

from grader.records.result import Report, Result
from grader.reports import json_report


def load(root: Path) -> dict[str, Result]:
    """The last result of each exercise; none if nothing is there that can be read."""
    try:
        report = json_report.from_text(_file(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {result.exercise: result for result in report.results}


def save(root: Path, report: Report) -> None:
    """Put the new results in the place of the old ones; exercises that were not graded now keep theirs. Raises OSError."""
    results = load(root) | {result.exercise: result for result in report.results}
    json_report.write(report.model_copy(update={"results": tuple(results.values())}), _file(root))


def _file(root: Path) -> Path:
    return root / ".grader" / "last.json"
