"""GitLab's code quality report, compared with its documentation, which is stricter than its schema."""

import json

import jsonschema
import pytest

from grader.records.result import Diagnosis, Report
from grader.reports import gitlab

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z_-]+$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^(/|\./)"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def read(report):
    entries = json.loads(gitlab.to_text(report))
    jsonschema.validate(entries, SCHEMA)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    return entries


def test_the_document(report, snapshot):
    read(report)
    assert gitlab.to_text(report) == snapshot


def test_each_cause_is_an_entry_on_its_own_line(report):
    causes = [Diagnosis(misconception="sign", message="One.", line=4), Diagnosis(misconception="sign", message="Two.", line=9)]
    entries = read(Report(run=report.run, results=[report.results[1].model_copy(update={"diagnoses": causes})]))
    assert [(entry["description"], entry["location"]["lines"]["begin"]) for entry in entries] == [
        ("core/gradients-pile-up: One.", 4),
        ("core/gradients-pile-up: Two.", 9),
    ]


def test_a_fingerprint_stays_the_same_when_the_line_moves(report):
    def prints(line):
        cause = Diagnosis(misconception="sign", message=f"On line {line}.", line=line)
        changed = report.results[1].model_copy(update={"diagnoses": [cause]})
        return [entry["fingerprint"] for entry in read(Report(run=report.run, results=[changed]))]

    assert prints(4) == prints(9)


def test_an_entry_of_a_notebook_is_on_line_1(report):
    changed = report.results[3].model_copy(update={"file": "solutions/a.ipynb"})
    (entry,) = read(Report(run=report.run, results=[changed]))
    assert entry["location"] == {"path": "solutions/a.ipynb", "lines": {"begin": 1}}


def test_a_result_without_a_file_has_no_entry(report):
    assert read(Report(run=report.run, results=[report.results[1].model_copy(update={"file": None})])) == []


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "\udc80", '"}]', "a\n\nb"])
def test_hostile_text_stays_text(hostile_report, text):
    entries = read(hostile_report(text))
    assert len(entries) == 2
    assert gitlab.to_text(hostile_report(text)).isascii()
