"""Classroom 50's result.json. Its runner names the submission in environment variables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from grader.errors import UsageError
from grader.records.result import Report, Result
from grader.reports.one_exercise import as_text

# The format takes only whole numbers, so it gets hundredths of a point.
_PARTS = 100
_LONGEST_OUTPUT = 2000
_NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
_TAG = re.compile(r"submit/(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\b")


def to_text(report: Report, environment: Mapping[str, str]) -> str:
    """JSON in ASCII. Raises UsageError if a variable of the runner is not set."""
    missing = [name for name in _NEEDED if not environment.get(name)]
    if missing:
        raise UsageError(
            f"`--format classroom50` needs environment variables that the runner of Classroom 50 sets. "
            f"Not set: {', '.join(missing)}. Run it from an autograder.py of Classroom 50."
        )
    tests = [_test(result) for result in report.results]
    document: dict[str, Any] = {
        "schema": "classroom50/result/v1",
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("OWNER") or environment.get("USERNAME") or "",
        "submission": environment["SUBMISSION_TAG"],
        "commit": environment["COMMIT_URL"],
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
        "datetime": _submitted(environment["SUBMISSION_TAG"]),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return json.dumps({name: value for name, value in document.items() if value != ""}, indent=2) + "\n"


def _submitted(tag: str) -> str:
    """The time in the tag, so that grading again gives the same document."""
    found = _TAG.match(tag)
    if found is None:
        raise UsageError(f"SUBMISSION_TAG is {tag!r}, but must look like submit/2026-06-01T14-32-05Z-a1b2c3d.")
    day, hour, minute, second = found.groups()
    return f"{day}T{hour}:{minute}:{second}Z"


def _test(result: Result) -> dict[str, Any]:
    return {
        "test-name": result.exercise,
        "passed": result.verdict == "passed",
        "score": round((result.score or 0) * _PARTS),
        "max-score": round(result.max_score * _PARTS),
        "output": as_text(result)[:_LONGEST_OUTPUT],
    }
