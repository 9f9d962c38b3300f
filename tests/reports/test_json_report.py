"""The document that programs read."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.records.result import SCHEMA, Diagnosis, ErrorInfo, Report, Result, RunInfo, StepResult, StrayFile
from grader.reports import json_report

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LINE = st.none() | st.integers(1, 9999)
AMOUNT = st.floats(0, 1e6)
NUMBERS = st.recursive(st.none() | st.floats() | st.booleans(), lambda inner: st.lists(inner, max_size=3), max_leaves=6)
SHOWN = NUMBERS | st.dictionaries(TEXT, NUMBERS, max_size=3)
STEPS = st.builds(
    StepResult,
    step=TEXT,
    status=st.sampled_from(["matched", "carried", "wrong", "missing", "not_reached", "unexpected", "skipped"]),
    call=st.none() | TEXT,
    line=LINE,
    called_from=LINE,
    expected=SHOWN,
    observed=SHOWN,
    points=AMOUNT,
    max_points=AMOUNT,
    note=TEXT,
)
RESULTS = st.builds(
    Result,
    submission=TEXT,
    exercise=TEXT,
    file=st.none() | TEXT,
    verdict=st.sampled_from(["passed", "failed", "error", "grader_error"]),
    score=st.none() | AMOUNT,
    max_score=AMOUNT,
    summary=TEXT,
    steps=st.lists(STEPS, max_size=3).map(tuple),
    diagnoses=st.lists(
        st.builds(
            Diagnosis,
            misconception=st.none() | TEXT,
            message=TEXT,
            line=LINE,
            called_from=LINE,
            between=st.none() | st.tuples(LINE, LINE),
            fix=st.none() | TEXT,
        ),
        max_size=2,
    ).map(tuple),
    error=st.none() | st.builds(ErrorInfo, type=TEXT, message=TEXT, line=LINE),
    output=TEXT,
    seconds=AMOUNT,
)
REPORTS = st.builds(
    Report,
    run=st.builds(
        RunInfo,
        grader=TEXT,
        torch=TEXT,
        device=TEXT,
        sandbox=st.sampled_from(["full", "none"]),
        seed=TEXT,
        warnings=st.lists(TEXT, max_size=2).map(tuple),
    ),
    results=st.lists(RESULTS, max_size=3).map(tuple),
    strays=st.lists(st.builds(StrayFile, submission=TEXT, path=TEXT, nearest=TEXT), max_size=2).map(tuple),
)


@settings(deadline=None)
@given(REPORTS)
def test_a_report_is_the_same_after_reading_it_back(report):
    text = json_report.to_text(report)
    again = json_report.from_text(text)
    assert json_report.to_text(again) == text
    # NaN differs from itself, so the representations are compared.
    assert repr(again) == repr(report)


@settings(deadline=None)
@given(REPORTS)
def test_the_document_is_strict_json_in_ascii(report):
    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    text = json_report.to_text(report)
    assert text.isascii()
    assert json.loads(text, parse_constant=refuse)["schema"] == SCHEMA


def test_nan_and_infinities_are_strings(report):
    step = StepResult(step="s", status="wrong", expected={"x.grad": [math.nan, [math.inf]]}, observed=-math.inf)
    failed = report.results[1].model_copy(update={"steps": (step,)})
    document = json.loads(json_report.to_text(Report(run=report.run, results=(failed,))))
    assert document["results"][0]["steps"][0]["expected"] == {"x.grad": ["nan", ["inf"]]}
    assert document["results"][0]["steps"][0]["observed"] == "-inf"


def test_the_document_has_the_documented_keys(report):
    document = json.loads(json_report.to_text(report))
    assert list(document)[:3] == ["schema", "run", "results"]
    assert {"grader", "torch", "device", "sandbox", "seed"} <= set(document["run"])
    failed = document["results"][3]
    promised = "submission exercise file verdict score max_score summary steps diagnoses error output seconds cells"
    assert list(failed) == [*promised.split(), "diagnosis_complete"]
    assert list(failed["steps"][0])[:7] == ["step", "status", "call", "line", "called_from", "expected", "observed"]
    assert {"misconception", "message", "line", "between", "fix"} <= set(failed["diagnoses"][0])
    assert list(document["results"][4]["error"]) == ["type", "message", "line"]


def test_a_report_is_written_in_one_step_without_leftovers(report, tmp_path):
    path = tmp_path / "new" / "report.json"
    json_report.write(report, path)
    json_report.write(report, path)
    assert json_report.from_text(path.read_text(encoding="utf-8")) == report
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "{}", "[1", '{"schema": "autograd-grader/report/v2"}'])
def test_any_other_document_is_refused(text):
    with pytest.raises(ValueError, match="validation error"):
        json_report.from_text(text)
