"""The JSON Schema is valid, is committed, and agrees with the models."""

import json
from pathlib import Path

import pytest
from helpers.corpora import CORPORA
from jsonschema import Draft202012Validator

from grader.records.misconceptions import MISCONCEPTIONS
from grader.spec.schema import json_schema, schema_text
from grader.spec.yaml_source import read_file

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "exercises").glob("*/*/exercise.yaml"))


@pytest.fixture(scope="module")
def validator():
    return Draft202012Validator(json_schema())


def test_the_schema_is_valid():
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_committed_schema_is_up_to_date():
    committed = (ROOT / "exercises/exercise.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "write it again: python -m grader schema > exercises/exercise.schema.json"
    assert json.loads(committed) == json_schema()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_every_exercise_is_valid_in_the_schema(file, validator):
    source, _ = read_file(file, file.name)
    assert [error.message for error in validator.iter_errors(source.data)] == []


def test_every_key_has_a_description():
    definitions = [json_schema(), *json_schema()["$defs"].values()]
    keys = {(form["title"], key): value for form in definitions for key, value in form["properties"].items()}
    assert len(keys) > 60
    assert [key for key, value in keys.items() if not value.get("description")] == []


def test_editors_know_the_misconceptions():
    wrong = json_schema()["$defs"]["WrongInFile"]["properties"]
    assert wrong["misconception"]["enum"] == sorted(MISCONCEPTIONS)


@pytest.mark.parametrize(
    "name",
    "unknown-verb unknown-key unknown-key-inside missing-title text-expected level-too-high kind-misspelt id-not-a-slug "
    "empty-steps verb-without-value backward-a-list backward-true zero-a-number expect-a-text optional-a-word redraw-a-text "
    "dtype-misspelt instead-a-text instead-unknown-verb misconception-misspelt clip-negative for-empty-do".split(),
)
def test_the_schema_refuses_what_the_models_refuse(name, validator):
    source, _ = read_file(CORPORA / "bad-exercises" / name / "exercise.yaml", name)
    assert not validator.is_valid(source.data)
