"""Takes out of a result what a level of feedback does not tell."""

from __future__ import annotations

from grader.records.feedback import Feedback
from grader.records.result import Diagnosis, Report, Result
from grader.reports.wording.diagnoses import CALLS_DIFFER
from grader.reports.wording.verdicts import NOT_ALL_RIGHT


def limited(result: Result, feedback: Feedback) -> Result:
    """The result with no more than this level tells."""
    match feedback:
        case "verdict":
            summary = NOT_ALL_RIGHT if result.verdict == "failed" else result.summary
            return result.model_copy(update={"steps": (), "diagnoses": (), "summary": summary})
        case "line":
            places = dict.fromkeys((each.line, each.called_from, each.between) for each in result.diagnoses)
            return result.model_copy(update={"diagnoses": tuple(_place(*place) for place in places)})
        case "cause":
            nothing = {"fix": None, "patch": None, "proven": False}
            return result.model_copy(update={"diagnoses": tuple(each.model_copy(update=nothing) for each in result.diagnoses)})
    return result


def limited_report(report: Report, feedback: Feedback) -> Report:
    return report.model_copy(update={"results": tuple(limited(each, feedback) for each in report.results)})


def _place(line: int | None, called_from: int | None, between: tuple[int | None, int | None] | None) -> Diagnosis:
    return Diagnosis(misconception=None, message=CALLS_DIFFER, line=line, called_from=called_from, between=between)
