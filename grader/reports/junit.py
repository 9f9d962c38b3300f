"""JUnit XML: one test case per exercise, one suite per submission.

The strict variant is valid against junit-10.xsd (Jenkins, Azure and most others). The other adds `file` and `line` to each
test case, which that schema forbids, but which GitLab and many GitHub actions read.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.records.result import UNSTARTED, Report, Result
from grader.reports.one_exercise import as_text, printed
from grader.reports.plain import harmless
from grader.reports.where_to_look import line


def strict(report: Report) -> str:
    """A document that junit-10.xsd accepts."""
    return _xml(report, lines=False)


def with_lines(report: Report) -> str:
    """The same with the student's file and the line to look at in each test case."""
    return _xml(report, lines=True)


def _xml(report: Report, *, lines: bool) -> str:
    root = Element("testsuites", _suite_attributes("autograd-grader", report.results))
    for name in dict.fromkeys(result.submission for result in report.results):
        own = [result for result in report.results if result.submission == name]
        suite = SubElement(root, "testsuite", _suite_attributes(name, own))
        suite.set("skipped", str(sum(_outcome(result) == "skipped" for result in own)))
        for result in own:
            _add_case(suite, result, lines)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite_attributes(name: str, results: Sequence[Result]) -> dict[str, str]:
    """A failure is the student's. An error is the grader's own."""
    outcomes = [_outcome(result) for result in results]
    return {
        "name": harmless(name),
        "tests": str(len(results)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
        "time": f"{sum(result.seconds for result in results):.3f}",
    }


def _outcome(result: Result) -> str:
    """The element that says how a test case ended, or nothing if it passed."""
    if result.verdict in UNSTARTED:
        return "skipped"
    return {"passed": "", "grader_error": "error"}.get(result.verdict, "failure")


def _add_case(suite: Element, result: Result, lines: bool) -> None:
    track, _, slug = result.exercise.rpartition("/")
    classname = ".".join(part for part in (result.submission, track) if part)
    case = SubElement(suite, "testcase", name=slug, classname=harmless(classname), time=f"{result.seconds:.3f}")
    if lines and result.file is not None:
        case.set("file", harmless(result.file))
        if (found := line(result)) is not None:
            case.set("line", str(found))
    outcome = _outcome(result)
    if outcome == "skipped":
        SubElement(case, outcome, message=harmless(result.summary))
    elif outcome:
        SubElement(case, outcome, type=result.verdict, message=harmless(result.summary)).text = as_text(result)
    if result.output.strip():
        SubElement(case, "system-out").text = printed(result)
