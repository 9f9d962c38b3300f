"""JUnit XML, validated with junit-10.xsd, Jenkins' own schema. One variant is strict, the other adds `file` and `line`.

The schema is that of jenkinsci/xunit-plugin, as pytest's source distribution has it; its licence, MIT, stands at its head.
"""

from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.records.result import Report, Result, RunInfo
from grader.reports import junit

SCHEMA = Path(__file__).with_name("junit-10.xsd").read_text(encoding="utf-8")
CLASSNAME = '<xs:attribute name="classname" type="xs:string"/>'
LINES = '<xs:attribute name="file" type="xs:string"/><xs:attribute name="line" type="xs:positiveInteger"/>'
STRICT = xmlschema.XMLSchema10(SCHEMA)
WITH_LINES = xmlschema.XMLSchema10(SCHEMA.replace(CLASSNAME, CLASSNAME + LINES))
RUN = RunInfo(grader="0.1.0", torch="2.9.0", device="cpu", sandbox="none", seed="s")


def read(text, schema=STRICT):
    root = ElementTree.fromstring(text.encode("utf-8"))
    schema.validate(root)
    return root


@pytest.mark.parametrize("flavour", [junit.strict, junit.with_lines])
def test_the_document(report, flavour, snapshot):
    assert flavour(report) == snapshot


def test_the_strict_schema_forbids_file_and_line(report):
    with pytest.raises(xmlschema.XMLSchemaValidationError, match=r"'(file|line)' attribute not allowed"):
        read(junit.with_lines(report))


def test_the_other_variant_has_file_and_line(report):
    root = read(junit.with_lines(report), WITH_LINES)
    case = root.find(".//testcase[@name='micro-batches-with-a-mean-loss']")
    assert (case.get("file"), case.get("line")) == ("solutions/core/micro_batches_with_a_mean_loss.py", "8")


def test_each_exercise_is_one_case_with_a_unique_name(report):
    cases = read(junit.strict(report)).findall("testsuite/testcase")
    names = {(case.get("classname"), case.get("name")) for case in cases}
    assert len(names) == len(cases) == len(report.results)
    assert ("solutions.core", "gradients-pile-up") in names


def test_not_started_is_skipped_wrong_is_a_failure_and_a_grader_error_is_an_error(report):
    suite = read(junit.strict(report)).find("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("9", "4", "1", "2")
    assert [case.get("name") for case in suite if case.find("skipped") is not None] == ["mirror", "palette"]
    types = [case.find("failure").get("type") for case in suite if case.find("failure") is not None]
    assert types == ["failed", "failed", "error", "timeout"]
    assert [case.find("error").get("type") for case in suite if case.find("error") is not None] == ["grader_error"]


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
    read(junit.with_lines(Report(run=RUN, results=[result])), WITH_LINES)


@pytest.mark.parametrize("text", ["]]>", "<!-- -->", "&lt;", "\x00\x08\x1b[0m\ufffe\uffff", "\ud800\udfff", '"><failure>'])
def test_hostile_text_adds_no_element(hostile_report, text):
    root = read(junit.strict(hostile_report(text)))
    assert len(root.findall(".//failure")) == 2


def test_ten_megabytes_of_output_are_cut(report):
    flooded = report.results[1].model_copy(update={"output": "\x1b" * 10_000_000})
    text = junit.strict(Report(run=report.run, results=[flooded]))
    assert "9900000 more characters" in read(text).find(".//system-out").text
    assert len(text) < 1_000_000
