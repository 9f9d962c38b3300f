"""Classroom 50's result.json, compared with the requirements of its schema `classroom50/result/v1` and of its collector."""

import json

import jsonschema
import pytest

from grader.errors import UsageError
from grader.reports import classroom50

URL = "https://github.com/school/cs-hello-ana"
RUNNER = {
    "CLASSROOM": "cs",
    "ASSIGNMENT": "hello",
    "ASSIGNMENT_TYPE": "group",
    "OWNER": "ana",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": f"{URL}/commit/a1b2c3d",
    "RELEASE_URL": f"{URL}/releases/tag/x",
    "REVIEW_URL": f"{URL}/compare/0...a1b2c3d",
}
TEXT = {"type": "string", "minLength": 1}
POINTS = {"type": "integer", "minimum": 0}
NAMES = ("classroom", "assignment", "owner", "commit", "release", "review")
SCHEMA = {
    "type": "object",
    "required": ["schema", *NAMES, "assignment_type", "submission", "datetime", "score", "max-score", "tests"],
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(NAMES, TEXT),
        "schema": {"const": "classroom50/result/v1"},
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"},
        "score": POINTS,
        "max-score": POINTS,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": POINTS, "max-score": POINTS},
            },
        },
    },
}


def read(report, environment=RUNNER):
    document = json.loads(classroom50.to_text(report, environment))
    jsonschema.validate(document, SCHEMA)
    assert all(each["score"] <= each["max-score"] for each in (document, *document["tests"]))
    return document


def test_the_document(report, snapshot):
    read(report)
    assert classroom50.to_text(report, RUNNER) == snapshot


def test_points_are_hundredths(report):
    tests = {each["test-name"]: each for each in read(report)["tests"]}
    micro = tests["core/micro-batches-with-a-mean-loss"]
    assert (micro["passed"], micro["score"], micro["max-score"]) == (False, 50, 400)


def test_the_time_of_submission_is_that_of_the_tag(report):
    assert read(report)["datetime"] == "2026-06-01T14:32:05Z"


def test_optional_variables_may_be_missing(report):
    less = {key: value for key, value in RUNNER.items() if key not in ("OWNER", "REVIEW_URL", "ASSIGNMENT_TYPE")}
    document = read(report, less | {"USERNAME": "ben"})
    assert (document["owner"], document["review"], document["assignment_type"]) == ("ben", RUNNER["COMMIT_URL"], "individual")


def test_outside_of_the_runner_the_missing_variables_are_named(report):
    with pytest.raises(UsageError, match="Not set: CLASSROOM, RELEASE_URL"):
        classroom50.to_text(report, RUNNER | {"CLASSROOM": "", "RELEASE_URL": ""})


def test_a_tag_without_a_time_is_refused(report):
    with pytest.raises(UsageError, match="SUBMISSION_TAG is 'v1'"):
        classroom50.to_text(report, RUNNER | {"SUBMISSION_TAG": "v1"})
