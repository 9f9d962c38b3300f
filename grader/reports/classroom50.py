"""Classroom 50's result.json. Its runner says in the environment whose submission it is; points are hundredths of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from grader.errors import UsageError
from grader.records.result import Report, Result
from grader.reports.one_exercise import as_text

# Whole numbers are all that the format takes.
_PARTS = 100
_LONGEST_OUTPUT = 2000
_NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
_TAG = re.compile(r"submit/(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\b")


def to_text(report: Report, environment: Mapping[str, str]) -> str:
    """JSON in ASCII. Raises UsageError where the runner's variables are not there."""
    missing = [name for name in _NEEDED if not environment.get(name)]
    if missing:
        raise UsageError(
            f"`--format classroom50` needs what the runner of Classroom 50 sets, and {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not set. Run it from an autograder.py there."
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
    """When it was submitted, as the tag tells, so that grading again changes nothing."""
    found = _TAG.match(tag)
    if found is None:
        raise UsageError(f"SUBMISSION_TAG is {tag!r}, and not a tag like submit/2026-06-01T14-32-05Z-a1b2c3d.")
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
