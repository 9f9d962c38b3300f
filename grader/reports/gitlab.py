"""GitLab's code quality report: one entry per cause, on the student's line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from grader.records.result import Diagnosis, Report, Result
from grader.reports.plain import harmless
from grader.reports.where_to_look import cause, failures, line


def to_text(report: Report) -> str:
    """A JSON array, worst first, in ASCII."""
    return json.dumps([entry for result in failures(report.results) for entry in _code_quality_entries(result)], indent=2) + "\n"


def _code_quality_entries(result: Result) -> Iterator[dict[str, Any]]:
    """One per diagnosis, or one for the exercise if it has no diagnosis. None without a file, which GitLab requires."""
    if result.file is None:
        return
    for number, diagnosis in enumerate(result.diagnoses or (None,)):
        check = (diagnosis.misconception if diagnosis else None) or result.verdict
        description = cause(diagnosis) if diagnosis else result.summary
        known_by = "\n".join((result.submission, result.exercise, result.file, check, str(number)))
        yield {
            "description": harmless(f"{result.exercise}: {description}").replace("\n", " "),
            "check_name": check,
            "fingerprint": hashlib.sha256(known_by.encode("utf-8", "surrogateescape")).hexdigest(),
            "severity": "major" if result.verdict == "failed" else "critical",
            "location": {"path": harmless(result.file), "lines": {"begin": _line_of(result, diagnosis) or 1}},
        }


def _line_of(result: Result, diagnosis: Diagnosis | None) -> int | None:
    """The line of the diagnosis, or else that of the exercise. None for a notebook."""
    if diagnosis is None or diagnosis.line is None or line(result) is None:
        return line(result)
    return diagnosis.line
