"""Gradescope's results.json, compared with a schema made from its documentation, because Gradescope publishes none."""

import json
from pathlib import Path

import jsonschema
import pytest

from grader.records.result import Report
from grader.reports import gradescope

SCHEMA = json.loads(Path(__file__).with_name("gradescope.schema.json").read_text(encoding="utf-8"))


def read(report):
    document = json.loads(gradescope.to_text(report))
    jsonschema.validate(document, SCHEMA)
    return document


def test_the_document(report, snapshot):
    read(report)
    assert gradescope.to_text(report) == snapshot


def test_each_exercise_is_a_test_with_its_points(report):
    tests = {each["name"]: each for each in read(report)["tests"]}
    assert (tests["core/gradients-pile-up"]["score"], tests["core/gradients-pile-up"]["max_score"]) == (3.0, 4.0)
    assert tests["core/gradients-pile-up"]["status"] == "failed"
    assert tests["core/reset-to-none"]["status"] == "passed"


def test_a_failure_of_the_grader_costs_no_points_and_is_explained_at_the_top(report):
    document = read(report)
    assert (document["tests"][-1]["score"], document["tests"][-1]["max_score"]) == (0, 0)
    assert "The grader itself failed on 1 exercise. This is not your mistake: tell your teacher." in document["output"]


def test_an_empty_report_has_a_score(report):
    assert read(Report(run=report.run))["score"] == 0


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "\udc80", '"}]', "<script>"])
def test_hostile_text_stays_text(hostile_report, text):
    assert len(read(hostile_report(text))["tests"]) == 4
    assert gradescope.to_text(hostile_report(text)).isascii()


def test_ten_megabytes_of_output_are_cut(report):
    flooded = report.results[1].model_copy(update={"output": "\x1b" * 10_000_000})
    assert len(gradescope.to_text(Report(run=report.run, results=[flooded]))) < 1_000_000


def test_the_seed_of_the_hidden_cases_is_not_shown(report):
    assert report.run.seed not in gradescope.to_text(report)


def test_a_submission_that_could_not_be_graded_says_why_and_costs_no_points():
    for reason, head in [("Two files.\n", "Two files."), ("", "The grader itself stopped before it had finished.")]:
        document = json.loads(gradescope.not_graded(reason))
        jsonschema.validate(document, SCHEMA)
        assert document["output"].startswith(head)
        assert [(each["score"], each["max_score"]) for each in document["tests"]] == [(0, 0)]
    assert gradescope.not_graded("\udc80\x1b[31m").isascii()
