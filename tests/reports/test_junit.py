"""JUnit XML, held against what junit-10.xsd allows: which attributes and elements, where, and which of them must be."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.records.result import Report, Result, RunInfo
from grader.reports import junit

# Element: the attributes it must have, those it may have, the elements it may hold.
STRICT = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": ({"name"}, {"time", "classname", "group"}, {"skipped", "failure", "system-out", "system-err"}),
    "failure": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}
TIME = re.compile(r"[0-9]*(\.[0-9]{0,3})?")
RUN = RunInfo(grader="0.1.0", torch="2.9.0", device="cpu", sandbox="none", seed="s")


def problems(element, extra=()):
    needed, allowed, children = STRICT[element.tag]
    allowed = allowed | needed | (set(extra) if element.tag == "testcase" else set())
    yield from (f"{element.tag} lacks {name}" for name in needed - set(element.attrib))
    yield from (f"{element.tag} has {name}" for name in set(element.attrib) - allowed)
    if not TIME.fullmatch(element.get("time", "")):
        yield f"time {element.get('time')}"
    for child in element:
        if child.tag in children:
            yield from problems(child, extra)
        else:
            yield f"{element.tag} holds {child.tag}"


def read(text):
    return ElementTree.fromstring(text.encode("utf-8"))


@pytest.mark.parametrize("flavour", [junit.strict, junit.with_lines])
def test_the_document(report, flavour, snapshot):
    assert flavour(report) == snapshot


def test_the_strict_document_has_only_what_the_schema_allows(report):
    root = read(junit.strict(report))
    assert root.tag == "testsuites"
    assert list(problems(root)) == []


def test_the_other_has_file_and_line_besides(report):
    root = read(junit.with_lines(report))
    assert list(problems(root, extra=("file", "line"))) == []
    case = root.find(".//testcase[@name='micro-batches-with-a-mean-loss']")
    assert (case.get("file"), case.get("line")) == ("solutions/core/micro_batches_with_a_mean_loss.py", "8")


def test_each_exercise_is_one_case_under_a_name_of_its_own(report):
    cases = read(junit.strict(report)).findall("testsuite/testcase")
    names = {(case.get("classname"), case.get("name")) for case in cases}
    assert len(names) == len(cases) == len(report.results)
    assert ("solutions.core", "gradients-pile-up") in names


def test_what_waits_is_skipped_and_all_else_that_did_not_pass_failed(report):
    suite = read(junit.strict(report)).find("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("9", "5", "0", "2")
    assert [case.get("name") for case in suite if case.find("skipped") is not None] == ["mirror", "palette"]
    types = [case.find("failure").get("type") for case in suite if case.find("failure") is not None]
    assert types == ["failed", "failed", "error", "timeout", "grader_error"]


def test_each_submission_is_a_suite(report):
    other = report.results[0].model_copy(update={"submission": "ana", "seconds": 1.2345})
    suites = read(junit.strict(Report(run=report.run, results=[*report.results, other]))).findall("testsuite")
    assert [(suite.get("name"), suite.get("tests"), suite.get("time")) for suite in suites] == [
        ("solutions", "9", "0.000"),
        ("ana", "1", "1.234"),
    ]


@settings(max_examples=50)
@given(st.text(st.characters(), min_size=1))
def test_every_text_makes_well_formed_xml(text):
    result = Result(
        submission=text,
        exercise="core/first",
        file=text,
        verdict="failed",
        score=0.0,
        max_score=1.0,
        summary=text,
        output=text,
    )
    root = read(junit.with_lines(Report(run=RUN, results=[result])))
    assert list(problems(root, extra=("file", "line"))) == []


@pytest.mark.parametrize("text", ["]]>", "<!-- -->", "&lt;", "\x00\x08\x1b[0m\ufffe\uffff", "\ud800\udfff", '"><failure>'])
def test_hostile_text_adds_no_element(hostile_report, text):
    root = read(junit.strict(hostile_report(text)))
    assert list(problems(root)) == []
    assert len(root.findall(".//failure")) == 2


def test_ten_megabytes_of_output_are_cut(report):
    flooded = report.results[1].model_copy(update={"output": "\x1b" * 10_000_000})
    text = junit.strict(Report(run=report.run, results=[flooded]))
    assert "9900000 more characters" in read(text).find(".//system-out").text
    assert len(text) < 1_000_000
