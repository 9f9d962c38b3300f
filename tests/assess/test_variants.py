"""Variants: hidden cases with other data. All must pass, and the points come from the exercise's own numbers."""

import textwrap

import pytest

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.errors import SpecError
from grader.library import grade_in_session
from grader.spec.load import load_exercises

TEXT = """
id: mean
title: Mean
kind: write
function: solve(w, batches)
data:
  X1: [1.0, 2.0, 4.0]
  X2: [3.0, 5.0, 6.0]
  batches: [X1, X2]
tensors:
  w: [2.0]
steps:
- for: X
  in: batches
  do:
  - backward: mean((w - X)**2) / len(batches)
    expect: [{w.grad: [-0.3333]}, {w.grad: [-3.0]}]
none_is_zero: false
limits: {seconds: 1}
"""
VARIANT = "variants:\n- {X3: [12.0, 7.5, 8.25], batches: [X1, X2, X3]}\n"
RIGHT = "for X in batches:\n    (((w - X) ** 2).mean() / len(batches)).backward()\n"
OTHER = "with other data"


@pytest.fixture
def session(engine, tmp_path):
    """Makes a session and the exercise of a text."""

    def make(text, hidden=None):
        folder = tmp_path / "exercises" / "core" / "01-mean"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "exercise.yaml").write_text(text, encoding="utf-8")
        return GradingSession(engine, Settings("variants", hidden=hidden)), load_exercises(tmp_path / "exercises")

    return make


@pytest.fixture
def grade(session, tmp_path):
    """The result of a function with this body."""

    def grade(body, text=TEXT + VARIANT, hidden=None):
        file = tmp_path / "submission" / "core" / "mean.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"def solve(w, batches):\n{textwrap.indent(body, '    ')}", encoding="utf-8")
        own, exercises = session(text, hidden)
        (result,) = grade_in_session(own, file.parents[1], exercises=exercises, select=["core/mean"]).results
        return result

    return grade


def test_a_function_that_is_right_with_all_data_passes(grade):
    result = grade(RIGHT)
    assert (result.verdict, result.score, result.max_score, len(result.steps)) == ("passed", 2.0, 2.0, 2)


def test_a_number_that_was_written_down_fails_with_a_row_of_its_own(grade):
    result = grade(RIGHT.replace("len(batches)", "2"))
    assert (result.verdict, result.score, [row.status for row in result.steps]) == (
        "failed",
        1.0,
        ["matched", "matched", "wrong"],
    )
    assert (result.steps[-1].line, result.steps[-1].step) == (3, "the same with other data")
    assert "Right with the data in the exercise, wrong with other data" in result.summary
    assert [each.misconception for each in result.diagnoses] == ["hard-coded"]


def test_without_the_variant_it_passes(grade):
    assert grade(RIGHT.replace("len(batches)", "2"), TEXT).verdict == "passed"


def test_a_mistake_of_the_file_is_named(grade):
    wrong = "wrong:\n- {name: halves, misconception: wrong-divisor, instead: {1: {backward: mean((w - X)**2) / 2}}}\n"
    result = grade(RIGHT.replace("len(batches)", "2"), TEXT + VARIANT + wrong)
    assert [(each.misconception, each.line) for each in result.diagnoses] == [("wrong-divisor", 3)]


def test_a_fix_is_right_with_all_data(grade):
    (diagnosis,) = grade(RIGHT.replace("len(batches)", "2")).diagnoses
    assert diagnosis.fix == "change line 3 to `(((w - X) ** 2).mean() / len(batches)).backward()`"


def test_a_mistake_that_the_data_of_the_file_show_is_graded_as_without_a_variant(grade):
    body = RIGHT.replace(" / len(batches)", "")
    with_variant, without = grade(body), grade(body, TEXT)
    assert (with_variant.steps, with_variant.score, with_variant.diagnoses) == (without.steps, without.score, without.diagnoses)


def test_an_error_with_other_data_only_has_its_class_and_line(grade):
    result = grade("X1, X2 = batches\nfor X in (X1, X2):\n    (((w - X) ** 2).mean() / 2).backward()\n")
    assert (result.verdict, result.score) == ("error", 1.0)
    assert (result.error.type, result.error.message, result.error.line) == ("ValueError", "", 2)
    assert OTHER in result.summary
    assert [(each.misconception, each.line) for each in result.diagnoses] == [("hard-coded", 2)]


def test_a_function_that_never_ends_with_other_data_gets_no_points(grade):
    result = grade("while len(batches) > 2:\n    pass\n" + RIGHT)
    assert (result.verdict, result.score, result.max_score) == ("timeout", 0.0, 2.0)


def test_no_number_of_a_variant_is_in_the_report(grade):
    result = grade("print(batches)\n" + RIGHT.replace("len(batches)", "2"))
    assert not any(number in result.model_dump_json() for number in ("8.25", "7.5"))


def test_a_run_without_hidden_cases_has_no_variants(grade):
    assert grade(RIGHT.replace("len(batches)", "2"), hidden=0).verdict == "passed"


def test_a_variant_has_its_own_steps_and_one_redrawn_case(session):
    own, (exercise,) = session(TEXT + VARIANT)
    own.prepare([exercise])
    (variant,) = own.diagnostician(exercise).prepared.variants
    assert [len(run.steps) for run in variant.expected] == [3]
    assert variant.cases[0].tensors["w"].value != (2.0,)
    assert [step.number for step in variant.exercise.steps] == [1, 1, 1]


def test_a_tensor_can_have_another_size(grade):
    text = TEXT.replace("[2.0]", "[2.0, 1.0, 3.0]").replace("expect: [{w.grad: [-0.3333]}, {w.grad: [-3.0]}]", "expect: {}")
    text = text.replace("    expect: {}\n", "") + "variants:\n- {w: [0.5, 2.5], X1: [1.0, 2.0], X2: [4.0, 5.0]}\n"
    assert grade(RIGHT, text).verdict == "passed"
    assert grade(RIGHT.replace(".mean()", ".sum() / 3"), text).verdict == "failed"


def test_a_mistake_that_only_a_variant_shows_does_not_spoil_the_other_hidden_cases(session):
    wrong = "wrong:\n- {name: halves, misconception: wrong-divisor, instead: {1: {backward: mean((w - X)**2) / 2}}}\n"
    own, (exercise,) = session(TEXT + VARIANT + wrong)
    own.prepare([exercise])
    assert len(own.diagnostician(exercise).prepared.cases) == 3


def test_steps_that_cannot_run_with_a_variant_are_reported_at_it(session):
    own, (exercise,) = session(TEXT + "variants:\n- {X2: [[1.0], [2.0]], batches: [X1, X2], w: [1.0, 2.0, 3.0, 4.0]}\n")
    with pytest.raises(SpecError) as caught:
        own.prepare([exercise])
    (problem,) = caught.value.problems
    assert problem.message.startswith("With this variant: This step cannot run: PyTorch raises RuntimeError")
    assert problem.where.text.startswith("- {X2: ")
