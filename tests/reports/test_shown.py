"""Values that are too large to be shown are cut where the result is made, and every format says so."""

import io
import json

import pytest

from grader.batch.store import GradedSubmission, Store
from grader.marking.values import Rules
from grader.records.assessed import Assessed
from grader.records.exercise import Exercise, Look, Setup, Step
from grader.records.grade import Grade, GradeRow
from grader.records.result import Report, Result, RunInfo
from grader.records.submission import SolutionFile
from grader.records.trace import Call, Ending, TensorValue, Trace
from grader.reports import formats, json_report
from grader.reports.drawing import draw
from grader.reports.results import describe
from grader.reports.shown import ALWAYS_SHOWN, MOST_IN_RESULT, MOST_NUMBERS, Room, furthest_number, shown, whole
from grader.reports.terminal import Terminal
from grader.reports.values import first_difference, is_cut, value

LARGE = 100_000


def tensor(count, at=None, number=0.0, shape=None):
    data = [1.0] * count
    if at is not None:
        data[at] = number
    return TensorValue(shape or (count,), "float32", "cpu", tuple(data))


def described(rows, **more):
    step = Step("zero", Look(), 1, "x.grad.zero_()")
    exercise = Exercise("core/first", "f", "T", "write", "solve", ("x",), Setup(), (step,))
    grade = Grade("failed", 0.0, 1.0, tuple(rows))
    file = SolutionFile("core/first.py", "x")
    return describe(Assessed("ana", exercise, file, grade, (Trace({}, (), Ending("returned")),), **more))


def row(expected, observed, status="wrong"):
    call = Call("zero", ("x",), line=3, before={}, after={})
    return GradeRow("step", status, 0, (call,), 0.0, 1.0, {"x.grad": expected}, {"x.grad": observed}, ("x.grad",))


@pytest.mark.parametrize("count", [0, 1, 17, MOST_NUMBERS])
def test_a_value_of_up_to_a_thousand_numbers_is_shown_whole(count):
    assert shown(tensor(count)) == [1.0] * count


def test_a_longer_tensor_is_its_shape_its_first_numbers_and_the_one_that_is_furthest_off():
    expected, observed = tensor(LARGE, shape=(10, 10_000)), tensor(LARGE, 70_003, 5.0, shape=(10, 10_000))
    furthest = furthest_number(observed, expected, Rules())
    assert shown(observed, furthest=furthest) == {
        "cut": "8 of 100,000 numbers",
        "shape": [10, 10_000],
        "first": [1.0] * 8,
        "furthest": {"index": [7, 3], "value": 5.0},
    }
    assert shown(expected, furthest=furthest)["furthest"] == {"index": [7, 3], "value": 1.0}
    assert "furthest" not in shown(expected)


def test_the_result_says_where_the_tensors_differ_in_every_format():
    result = described([row(tensor(LARGE), tensor(LARGE, 70, 5.0))])
    sentence = "x.grad is [1, 1, 1, ...] (of 100,000 numbers; [70] is 5), "
    assert result.summary == f"first.py:3: {sentence}[1, 1, 1, ...] (of 100,000 numbers; [70] is 1) was expected."
    assert result.steps[0].observed["x.grad"]["cut"] == "8 of 100,000 numbers"
    run = RunInfo(grader="0", torch="2", device="cpu", sandbox="none", seed="s")
    report = Report(run=run, results=(result,))
    for name in ("json", "junit", "github", "markdown", "gitlab", "gradescope", "html"):
        assert "of 100,000 numbers" in formats.DOCUMENTS[name](report)
    stream = io.StringIO()
    Terminal(stream, width=200, colour=False).exercise(result)
    assert stream.getvalue().count("(of 100,000") == 4
    assert json_report.from_text(json_report.to_text(report)) == report
    drawing = draw(result.steps)
    assert drawing.name == "x.grad[70]"
    assert [mark.text for mark in drawing.marks] == ["1", "5"]


def test_a_store_of_large_rows_stays_small(tmp_path):
    rows = [row(tensor(LARGE), tensor(LARGE, 70, 5.0)) for _ in range(12)]
    store = Store(tmp_path)
    store.save(GradedSubmission("ana", "k", [(described(rows), "k")]))
    store.close()
    assert (tmp_path / "store.sqlite").stat().st_size < 60_000


def test_many_rows_of_middling_tensors_stay_small():
    rows = [row(tensor(1000), tensor(1000, 70, 5.0)) for _ in range(400)]
    text = json.dumps(described(rows).model_dump(mode="json"))
    assert len(text) < 10 * MOST_IN_RESULT
    assert is_cut(described(rows).steps[-1].observed["x.grad"])


def test_small_tensors_are_never_cut():
    rows = [row(tensor(ALWAYS_SHOWN), tensor(ALWAYS_SHOWN)) for _ in range(5_000)]
    assert described(rows).steps[-1].observed["x.grad"] == [1.0] * ALWAYS_SHOWN


def test_one_row_shows_four_thousand_numbers_at_most():
    room = Room()
    results = [shown(tensor(1000), room) for _ in range(6)]
    assert [is_cut(each) for each in results] == [False] * 4 + [True] * 2


def test_long_lists_texts_and_mappings_are_cut_and_say_so():
    assert shown(tuple(range(5000)))[-2:] == [999, "… of 5,000 items"]
    assert shown("x" * 20_000) == "x" * 10_000 + "… of 20,000 characters"
    mapping = shown({str(number): number for number in range(2000)})
    assert (len(mapping), mapping["…"]) == (1001, "… of 2,000 items")
    assert len(whole(tuple(range(5000)))) == 5000


def test_a_value_without_an_end_ends():
    value = ()
    for _ in range(5000):
        value = (value, value)
    text = json.dumps(shown(value))
    assert len(text) < 100_000


def test_two_large_tensors_that_differ_in_the_middle_read_differently():
    expected, observed = tensor(LARGE), tensor(LARGE, 50_000, 7.0)
    furthest = furthest_number(observed, expected, Rules())
    pair = [{"x.grad": shown(each, furthest=furthest)} for each in (expected, observed)]
    assert first_difference(*pair)[0] == "x.grad"


@pytest.mark.parametrize(
    "answer",
    [
        {"cut": "a", "shape": 3, "first": []},
        {"cut": "a", "shape": ["x"], "first": []},
        {"cut": "a", "shape": [1], "first": 3},
        {"cut": "a", "shape": [1], "first": [], "furthest": None},
        {"cut": "a", "shape": [1], "first": [], "furthest": {"index": "x", "value": 1}},
        {"cut": "a", "shape": [1], "first": [], "furthest": {"index": [0], "value": {"cut": {}}}},
        {"cut": "a", "shape": [1], "first": [[{}]], "more": 1},
    ],
)
def test_a_dict_that_looks_like_a_cut_tensor_is_a_dict(answer, a_row):
    assert value(answer)
    draw([a_row("s", "wrong", 1, {"x.grad": [1.0]}, {"x.grad": answer}), a_row("s", "wrong", 1, {"x.grad": answer}, None)])


def test_a_report_of_before_is_read_as_it_was(a_row):
    step = a_row("s", "wrong", 1, {"x.grad": [1.0] * 5000}, {"x.grad": [float("nan")] * 5000})
    result = Result(
        submission="s", exercise="e", file=None, verdict="failed", score=0.0, max_score=1.0, summary="S.", steps=(step,)
    )
    text = json.dumps(result.model_dump(mode="json"))
    assert Result.model_validate_json(text).model_dump(mode="json") == json.loads(text)


def test_a_tensor_of_many_empty_rows_is_its_shape():
    assert shown(tensor(0, shape=(2, 0))) == [[], []]
    cut = shown(tensor(0, shape=(100_000, 0)))
    assert cut == {"cut": "0 of 0 numbers", "shape": [100_000, 0], "first": []}
    assert (is_cut(cut), value(cut)) == (True, "[] (of shape [100000, 0])")


@pytest.mark.parametrize("shape", [[2**63] * 1_000, [2] * 65, [2**63], [-1]])
def test_a_dict_of_a_student_with_sizes_that_no_tensor_has_is_no_cut_tensor(shape):
    answer = {"cut": "a", "shape": tuple(shape), "first": (1.0,), "furthest": {"index": tuple(shape), "value": 1.0}}
    told = shown(answer)
    assert not is_cut(told)
    assert len(value(told)) < 1_000
    assert json.loads(json.dumps(described([row(TensorValue((), "float32", "cpu", (1.0,)), answer)]).model_dump(mode="json")))
