"""The report of a wrong prediction: the entry and the answer, never the expected value."""

import pytest

from grader.reports import json_report
from grader.reports.terminal import Terminal
from grader.spec.load import load_exercises

PREDICTION = """\
id: two-leaves
title: Two leaves
kind: predict
function: predict()
task: Say what x.grad and y.grad are after each call.
tensors: {x: [4.0], y: [3.0]}
none_is_zero: false
steps:
  - {backward: x**5, expect: {x.grad: [1280.0], y.grad: null}, note: It is 1280.}
  - {backward: y**7, expect: {x.grad: [1280.0], y.grad: [5103.0]}}
"""
RIGHT_1, RIGHT_2 = '{"x.grad": 1280, "y.grad": None}', '{"x.grad": [1280.0], "y.grad": 5103}'


@pytest.fixture
def result(tmp_path, grade_source):
    """The result of an answer, as Python writes it."""

    def result(answer, text=PREDICTION):
        folder = tmp_path / "exercises" / "core" / "01-two-leaves"
        folder.mkdir(parents=True)
        (folder / "exercise.yaml").write_text(text, encoding="utf-8")
        (exercise,) = load_exercises(tmp_path / "exercises")
        return grade_source(exercise, f"def predict():\n    return {answer}\n")

    return result


def test_a_number_is_a_valid_answer_for_a_tensor_of_one_element(result):
    assert result(f"[{RIGHT_1}, {RIGHT_2}]").verdict == "passed"


@pytest.mark.parametrize(
    ("answer", "summary"),
    [
        (f'[{{"x.grad": 1280, "y.grad": 0}}, {RIGHT_2}]', "Entry 1 of your answer: y.grad is not 0."),
        (f'[{{"x.grad": [60.0], "y.grad": 0}}, {RIGHT_2}]', "Entry 1 of your answer: x.grad is not [60]."),
        (f'[{RIGHT_1}, {{"x.grad": ..., "y.grad": 5103}}]', "Entry 2 of your answer: There is no answer for x.grad yet."),
        (f'[{RIGHT_1}, {{"y.grad": 5103}}]', "Entry 2 of your answer: There is no answer for x.grad yet."),
        (
            f'[{RIGHT_1}, {{"x.grad": 1280, "y.grad": 5103, "z": 1}}]',
            "Entry 2 of your answer: The exercise does not ask for `z` here.",
        ),
        (f"[{RIGHT_1}, 5103]", "Entry 2 of your answer: This entry must be a dict with `x.grad` and `y.grad`."),
        (f"[{RIGHT_1}]", "Entry 2 of 2 is missing from your answer."),
        (f"[{RIGHT_1}, {RIGHT_2}, 3]", "Your answer has too many entries: the exercise expects 2."),
        (RIGHT_1, "`predict()` must return a list with 2 entries."),
        ("...", "`predict()` must return a list with 2 entries."),
    ],
)
def test_the_first_entry_that_differs_is_named(result, answer, summary):
    found = result(answer)
    assert (found.verdict, found.summary) == ("failed", summary)


def test_the_expected_error_is_not_shown(result):
    last = "{backward: y**7, expect: {x.grad: [1280.0], y.grad: [5103.0]}}"
    text = PREDICTION.replace(last, '{backward: "relu(cat([x, y], 0))", raises: scalar}')
    found = result(f"[{RIGHT_1}, ValueError]", text)
    assert found.summary == "Entry 2 of your answer: ValueError is not what happens here."
    assert "RuntimeError" not in found.model_dump_json()


@pytest.mark.parametrize(
    "answer",
    [
        "[{'x.grad': 1, 'y.grad': 2}, {'x.grad': 3, 'y.grad': 4}]",
        "[{'x.grad': ..., 'y.grad': ...}, {'x.grad': ..., 'y.grad': ...}]",
        "[]",
        "None",
        "1 / 0",
    ],
)
@pytest.mark.parametrize("width", [60, 100])
def test_no_report_shows_the_right_answer(result, answer, width, screen, text_on, events, report):
    found = result(answer)
    document = report.model_copy(update={"results": (found,), "strays": ()})
    stream = screen()
    terminal = Terminal(stream, width=width)
    for event in events(document):
        terminal(event)
    for text in (text_on(stream), json_report.to_text(document)):
        assert "1280" not in text
        assert "5103" not in text


def test_an_answer_that_is_still_missing_is_shown_as_missing(result):
    found = result(f"[{RIGHT_1}, ...]")
    assert found.steps[1].observed == "no answer yet"
    assert [step.status for step in found.steps] == ["matched", "wrong"]
