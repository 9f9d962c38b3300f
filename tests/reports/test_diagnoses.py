"""A finding in words: every sentence once in a snapshot, and what no sentence may say."""

from dataclasses import replace

import pytest
from helpers.proposed_fixes import all_fixes

from grader.diagnosis.fixes import with_fixes
from grader.expressions.parse import parse
from grader.records.exercise import Let, Set, Zero
from grader.records.finding import Change, Finding
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.trace import Call, LeafState, TensorValue
from grader.reports.diagnoses import diagnosis

FOUND = {"source": "alignment", "line": 5, "proven": True}


def tensor(*numbers):
    return TensorValue((len(numbers),), "float32", "cpu", numbers)


def numbers(observed, expected):
    return {"observed": {"x.grad": tensor(observed)}, "expected": {"x.grad": tensor(expected)}}


def backward_of(line):
    state = {"x": LeafState(tensor(2.0), None)}
    return Call("backward", ("x",), True, line, loss_line=line, before=state, after=state)


@pytest.fixture(scope="module")
def exercise(course):
    return course["core/gradients-pile-up"]


@pytest.fixture(scope="module")
def loop(course):
    return course["core/five-micro-batches-in-windows-of-two"]


@pytest.fixture
def say(exercise):
    def say(finding, about=exercise):
        return f"{diagnosis(finding, about).message} | {all_fixes(with_fixes(finding, about).fixes)}"

    return say


def other_loss(step, text):
    return replace(step, action=replace(step.action, of=(parse(text),)), text="")


@pytest.fixture
def findings(exercise, loop):
    """One finding of each kind."""
    square, cube, zero, last = exercise.steps
    wrong_loss = Change("changed", cube, other_loss(cube, "x**4"), backward_of(4), 4)
    loss_of_record = replace(other_loss(cube, "sum(x * recorded_1_x)"), is_recorded=True)
    recorded = Change("changed", cube, loss_of_record, backward_of(4), 4)
    windows = [step for step in loop.steps if step.verb == "backward"]
    halves = [Change("changed", step, other_loss(step, "w**2"), None, 7) for step in windows]
    let = Change("put-in", None, replace(square, verb="let", action=Let((("g", parse("x.grad")),))), None, 4)
    own = numbers(36.0, 16.0)
    made = {
        "missing": Finding(("zero-skipped",), changes=(Change("left-out", zero, None, None, 9, None, (5, 9)),), **own, **FOUND),
        "missing at the end": Finding(
            ("backward-missing",), changes=(Change("left-out", last, None, between=(9, None)),), **FOUND
        ),
        "missing at the start": Finding(
            ("backward-missing",), changes=(Change("left-out", square, None, between=(None, 3)),), **FOUND
        ),
        "nothing called": Finding(("nothing-called",), changes=(Change("left-out", square, None),), **FOUND),
        "a reset too many": Finding(("zero-too-early",), changes=(Change("put-in", None, zero, None, 5),), **FOUND),
        "a backward too many": Finding(("backward-repeated",), changes=(Change("put-in", None, cube, None, 5),), **FOUND),
        "something too many": Finding((), changes=(Change("put-in", None, replace(zero, action=Set(())), None, 5),), **FOUND),
        "an assignment too many": Finding(("alias",), changes=(let,), **FOUND),
        "an assignment beside a reset": Finding(("alias",), changes=(let, Change("put-in", None, zero, None, 5)), **FOUND),
        "moved": Finding(("zero-too-late",), changes=(Change("moved", zero, zero, None, 9, None, (5, 7)),), **own, **FOUND),
        "moved to the start": Finding(
            ("zero-too-late",), changes=(Change("moved", zero, zero, None, 9, None, (None, 3)),), **FOUND
        ),
        "a wrong loss": Finding(("wrong-formula",), changes=(wrong_loss,), **own, **FOUND),
        "a wrong loss, only its effect known": Finding(("wrong-formula",), changes=(recorded,), **own, **FOUND),
        "wrong losses in a loop": Finding(("loss-not-divided",), changes=tuple(halves), **FOUND),
        "a reset to None": Finding(
            ("none-is-zero",),
            changes=(Change("changed", zero, replace(zero, action=Zero(zero.action.of, True)), None, 7),),
            **FOUND,
        ),
        "a fact instead of what is missing": Finding(
            ("copy-zeroed",), "fact", 7, changes=(Change("left-out", zero, None, None, 9, None, (5, 9)),), proven=True
        ),
        "a tie": Finding(("mean-for-sum", "wrong-divisor"), changes=(wrong_loss,), **own, **FOUND),
        "a tie of three": Finding(("sign", "mean-for-sum", "wrong-divisor"), changes=(wrong_loss,), **own, **FOUND),
        "not proven, in a ratio": Finding((), "alignment", 5, **own),
        "not proven, in no ratio": Finding(
            (), "alignment", 5, observed={"x.grad": tensor(1.0, 5.0)}, expected={"x.grad": tensor(2.0, 4.0)}
        ),
        "not proven, and another shape": Finding(
            (), "alignment", None, observed={"return": (tensor(12.0),)}, expected={"return": tensor(12.0)}
        ),
        "returned inside a tuple": Finding(("not-unpacked",), "fact", None, proven=True),
        "not proven, and nothing to show": Finding((), "alignment", 5),
        "more than three changes": Finding(
            ("zero-too-early",), changes=tuple(Change("put-in", None, zero, None, line) for line in (3, 5, 7, 9)), **FOUND
        ),
        "one change on each of three lines": Finding(
            ("zero-too-early",), changes=tuple(Change("put-in", None, zero, None, line) for line in (3, 5, 5, 7)), **FOUND
        ),
    }
    return made


def test_every_sentence(findings, say, course, snapshot):
    sentences = {name: say(finding) for name, finding in findings.items()}
    sentences |= {word: say(Finding((word,), "fact", 5, **numbers(36.0, 16.0))) for word in MISCONCEPTIONS}
    mirror = course["pixels/the-magic-mirror"]
    sentences["a prediction"] = say(Finding(("alias",), "mutant", None, proven=True, **numbers(36.0, 16.0)), mirror)
    assert "\n".join(f"{name}: {text}" for name, text in sentences.items()) == snapshot


def test_both_mistakes_that_fit_a_prediction_are_reported(say, course):
    reported = say(Finding(("alias", "not-detached"), "mutant", None, proven=True), course["pixels/the-magic-mirror"])
    assert reported == (
        "Your answers fit two mistakes. Either: "
        "A second name for `.grad` was treated as a copy, but it changes together with `.grad`. "
        "Or: A path that should be cut carried a gradient. | None"
    )


def test_how_many_times_as_much_is_reported_for_equal_shapes_only(findings, say):
    sentences = {name: say(finding) for name, finding in findings.items() if name.startswith("not proven, ")}
    assert [name for name, text in sentences.items() if "times as much" in text] == ["not proven, in a ratio"]


def test_the_right_answer_to_a_prediction_is_not_reported(say, course):
    reported = say(Finding(("alias",), "mutant", None, proven=True, **numbers(36.0, 16.0)), course["pixels/the-magic-mirror"])
    assert "16" not in reported
    assert reported.endswith("| None")


def test_without_a_proof_there_is_no_fix(findings, say):
    for finding in findings.values():
        assert say(replace(finding, proven=False)).endswith("| None")


def test_no_name_of_recorded_data_is_reported(findings, say):
    assert not any("recorded_" in say(finding) for finding in findings.values())


def test_the_loss_of_a_loop_keeps_the_names_in_the_file(findings, say):
    assert say(findings["wrong losses in a loop"]).endswith("| change the loss on line 7 to `(w - target)**2 / len(window)`")


def test_the_derivative_is_reported_only_for_a_wrong_loss(findings, say):
    with_slope = [name for name, finding in findings.items() if "d(x**3)/dx = 3·x² = 12 at x = 2" in say(finding)]
    assert with_slope == ["a wrong loss", "a wrong loss, only its effect known", "a tie", "a tie of three"]
