"""Gradescope's results.json: one test per exercise, with the report that the terminal would show."""

from __future__ import annotations

import json
from typing import Any

from grader.records.result import Report, Result
from grader.reports.one_exercise import as_text
from grader.reports.plain import harmless
from grader.reports.wording import course, notes


def to_text(report: Report) -> str:
    """JSON in ASCII. An exercise on which the grader itself failed counts 0 of 0, and the top of the page says so."""
    run = report.run
    document: dict[str, Any] = {
        "output": "\n".join(_head(report)),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "execution_time": round(sum(result.seconds for result in report.results), 3),
        "extra_data": {"grader": run.grader, "torch": run.torch, "device": run.device, "sandbox": run.sandbox},
        "tests": [_test(result) for result in report.results],
    }
    if not report.results:
        document["score"] = 0
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def not_graded(reason: str = "") -> str:
    """Replaces a report, with 0 of 0 points. `reason` says what is wrong with the submission; without it the grader stopped."""
    document = {
        "output": harmless(reason.strip()) or notes.STOPPED,
        "output_format": "text",
        "test_output_format": "text",
        "score": 0,
        "tests": [{"name": "Not graded", "score": 0, "max_score": 0, "status": "failed", "output": notes.NO_SCORE}],
    }
    return json.dumps(document, indent=2) + "\n"


def _head(report: Report) -> list[str]:
    strays = [harmless(course.unmatched(stray.path, stray.nearest)) for stray in report.strays]
    failed = sum(result.verdict == "grader_error" for result in report.results)
    notice = [notes.not_your_mistake(failed)] if failed else []
    return [course.totals(report.results), *notice, *strays]


def _test(result: Result) -> dict[str, Any]:
    is_graded = result.score is not None
    return {
        "name": result.exercise,
        "score": result.score if is_graded else 0,
        "max_score": result.max_score if is_graded else 0,
        "status": "passed" if result.verdict == "passed" else "failed",
        "output": as_text(result),
        "tags": [result.exercise.partition("/")[0]],
        "extra_data": {
            "verdict": result.verdict,
            "misconceptions": [each.misconception for each in result.diagnoses if each.misconception],
        },
    }
