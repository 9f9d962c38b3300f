"""GitLab's code quality report: one entry per cause, on the student's line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from grader.records.result import Diagnosis, Report, Result
from grader.reports import wording
from grader.reports.plain import harmless
from grader.reports.where_to_look import failures, line


def to_text(report: Report) -> str:
    """A JSON array, worst first, in ASCII."""
    return json.dumps([entry for result in failures(report.results) for entry in _entries(result)], indent=2) + "\n"


def _entries(result: Result) -> Iterator[dict[str, Any]]:
    """One per diagnosis; where nothing could be proven, one for the exercise. Without a file there is no place for any."""
    if result.file is None:
        return
    for number, diagnosis in enumerate(result.diagnoses or (None,)):
        check = (diagnosis.misconception if diagnosis else None) or result.verdict
        known_by = "\n".join((result.submission, result.exercise, result.file, check, str(number)))
        yield {
            "description": harmless(f"{result.exercise}: {_description(result, diagnosis)}").replace("\n", " "),
            "check_name": check,
            "fingerprint": hashlib.sha256(known_by.encode("utf-8", "surrogateescape")).hexdigest(),
            "severity": "major" if result.verdict == "failed" else "critical",
            "location": {"path": harmless(result.file), "lines": {"begin": _line(result, diagnosis) or 1}},
        }


def _description(result: Result, diagnosis: Diagnosis | None) -> str:
    if diagnosis is None:
        return result.summary
    return f"{diagnosis.message} {wording.fix(diagnosis.fix)}" if diagnosis.fix else diagnosis.message


def _line(result: Result, diagnosis: Diagnosis | None) -> int | None:
    """The cause's own line, if it has one; it stands with the exercise's where it is a notebook."""
    if diagnosis is None or diagnosis.line is None or line(result) is None:
        return line(result)
    return diagnosis.line
