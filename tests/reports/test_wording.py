"""Every sentence once, in one snapshot, so that a change of wording is visible."""

import pytest

from grader.records.result import ErrorInfo, StepResult
from grader.records.trace import WAITED
from grader.reports.wording import course, endings, fixes, notes, places, predictions, timeline, verdicts

FILE = "solutions/core/gradients_pile_up.py"


def summary(verdict, *, error=None, first_wrong=None, file=FILE, score=3.0, **more):
    return verdicts.summary(
        verdict, score=score, max_score=4.0, error=error, first_wrong=first_wrong, seconds_limit=5.0, file=file, **more
    )


def step(status, **fields):
    return StepResult(step="(x**3).backward()", status=status, call="backward", **fields)


def error(kind, message="", line=3):
    return ErrorInfo(type=kind, message=message, line=line)


SUMMARIES = {
    "passed": summary("passed"),
    "failed, a wrong value": summary(
        "failed", first_wrong=step("wrong", line=7, expected={"x.grad": [16.0]}, observed={"x.grad": [12.0]})
    ),
    "failed, another shape": summary(
        "failed", first_wrong=step("wrong", line=7, expected={"x.grad": [16.0]}, observed={"x.grad": 16.0})
    ),
    "failed, None": summary("failed", first_wrong=step("wrong", line=7, expected={"x.grad": [0.0]}, observed={"x.grad": None})),
    "failed, no line": summary("failed", first_wrong=step("wrong", expected=[1.0], observed=[2.0])),
    **{
        f"failed, {status} with other numbers": summary("failed", first_wrong=step(status, line=7, only_visible=True))
        for status in ("wrong", "missing", "unexpected")
    },
    "failed, the second of two names": summary(
        "failed",
        first_wrong=step("wrong", line=7, expected={"x": 1.0, "y": 2.0}, observed={"x": 1.00001, "y": 3.0}),
        differs=("y",),
    ),
    "failed, no call is missing": summary(
        "failed", first_wrong=step("missing").model_copy(update={"step": "w = w - 0.25*w.grad in place"})
    ),
    "failed, a prediction": summary("failed", sentence=predictions.about_entry(2, predictions.wrong_answer("x.grad", [1.0]))),
    "failed, looks equal": summary("failed", first_wrong=step("wrong", line=7, expected=1.0, observed=1.0)),
    "failed, missing": summary("failed", first_wrong=step("missing")),
    "failed, not reached": summary("failed", first_wrong=step("not_reached")),
    "failed, not reached, with its number": summary("failed", first_wrong=step("not_reached"), number=3),
    "failed, unexpected": summary(
        "failed", first_wrong=step("unexpected", line=7).model_copy(update={"step": timeline.unexpected_call("zero")})
    ),
    "failed, nothing to point at": summary("failed"),
    "error, exception": summary("error", error=error("RuntimeError", "a leaf Variable that requires grad ...\nmore")),
    "error, no message": summary("error", error=error("AssertionError")),
    "error, no file": summary("error", error=error("AssertionError"), file=None),
    "error, syntax": summary("error", error=error("SyntaxError", "'(' was never closed (a.py, line 3)")),
    "error, tabs": summary("error", error=error("TabError", "")),
    "error, exit": summary("error", error=error("SystemExit", "0")),
    "error, interrupt": summary("error", error=error("KeyboardInterrupt")),
    "error, recursion": summary("error", error=error("RecursionError", "maximum recursion depth exceeded")),
    "error, neighbour": summary(
        "error", error=error("ModuleNotFoundError"), sentence=endings.neighbour_import("helpers", "helpers.py")
    ),
    "error, not installed": summary("error", error=error("ModuleNotFoundError"), sentence=endings.not_installed("nonesuch")),
    "error, relative import": summary("error", error=error("ImportError"), sentence=endings.RELATIVE_IMPORT),
    "error, no function": summary("error", error=error("NameError", line=None), sentence=endings.no_function("solve", "xy", "")),
    "error, no function, but nearly": summary(
        "error", error=error("NameError", line=None), sentence=endings.no_function("solve", ["x"], "solv")
    ),
    "error, no callable": summary("error", error=error("TypeError", line=None), sentence=endings.no_callable("solve", ["x"])),
    "error, parameters": summary(
        "error", error=error("TypeError"), sentence=endings.wrong_parameters("solve", "xy", "missing a required argument: 'z'")
    ),
    "error, unreadable": summary(
        "error", error=error("OSError", line=None), sentence=endings.unreadable("It is not a plain file.")
    ),
    "error, hidden": verdicts.with_other_numbers(summary("error", error=error("ValueError"))),
    "error, unknown": summary("error"),
    "memory": summary("memory"),
    "memory, line": summary("memory", error=error("MemoryError", "", 9)),
    "timeout": summary("timeout"),
    "timeout, line": summary("timeout", error=error("Timeout", "", 9)),
    "timeout, waited": summary("timeout", error=error(WAITED, "", 9)),
    "crashed": summary("crashed"),
    "crashed, reason": summary("crashed", error=error("Crashed", "signal 11", None)),
    "not_started": summary("not_started"),
    "not_found": summary("not_found"),
    "not_found, nobody knows where": summary("not_found", file=None),
    "grader_error": summary("grader_error", score=None),
    "grader_error, reason": summary("grader_error", error=error("EngineError", "the worker died twice", None), score=None),
}


def test_every_sentence(snapshot, report, exercises):
    by_name = {result.exercise: result for result in report.results}
    others = {
        **{f"status {status}": words for status, words in timeline.STATUS.items()},
        **{f"state of {name}": course.state(result) for name, result in by_name.items()},
        "state, not known": course.state(None),
        "status, hidden": timeline.status(step("wrong", only_visible=True)),
        "entry": predictions.entry(2, "(x**2).backward()"),
        "entry too many": predictions.entry_too_many(3),
        "stopped": notes.STOPPED,
        "no mark": notes.NO_SCORE,
        "no answer": predictions.NO_ANSWER,
        "unanswered": predictions.unanswered("x.grad"),
        "not asked": predictions.not_asked("y.grad"),
        "needs names": predictions.needs_names(("x.grad", "y.grad")),
        "raises otherwise": predictions.raises_otherwise("ValueError"),
        "missing entry": predictions.missing_entry(2, 3),
        "entries too many": predictions.entries_too_many(3),
        "no list": predictions.no_list("predict", 3),
        "no list of one": predictions.no_list("predict", 1),
        "output cut": notes.OUTPUT_CUT,
        "about": course.about(exercises[0]),
        "headings": " | ".join(timeline.headings("x.grad", answers=False, to_student=True)),
        "headings of answers": " | ".join(timeline.headings("", answers=True, to_student=True)),
        "headings for a teacher": " | ".join(timeline.headings("", answers=True, to_student=False)),
        "observed": timeline.observed("x.grad [4]", answers=False),
        "answered": timeline.observed("x.grad 4", answers=True),
        "returned": timeline.RETURNED,
        **{f"unasked {kind}": timeline.unexpected_call(kind) for kind in ("backward", "zero", "step", "edit", "update", "")},
        "call": places.call_line(5),
        "call inside a function": places.call_line(5, 12),
        "called from": places.called_from(12),
        "note": timeline.note("Look.", ["x.grad.zero_()"]),
        "note on several steps": timeline.note("Look.", ["(x**2).backward()", "x.grad.zero_()", "x.grad.zero_()"]),
        "fix": fixes.fix("empty x.grad between line 5 and line 7"),
        "one more line": notes.more_lines(1),
        "stray": course.unmatched("a/gradient.py", "core/gradients.py"),
        "stray, nothing near": course.unmatched("a/b.ipynb", ""),
        "torch": notes.torch_untested("2.9.0"),
        "run": notes.run_line("2.13.0+cpu", "cpu", "none", "c0ffee"),
        "run, in a log": notes.run_line("2.13.0+cpu", "cpu", "none", None),
        "totals": course.totals(report.results),
        "totals, all started": course.totals(report.results[:1]),
        "totals, nothing started": course.totals(report.results[6:8]),
        "next, after the list": course.next_exercise(exercises[0], "solutions"),
        "next, all done": course.next_exercise(None, "solutions"),
    }
    assert "\n".join(f"{name}: {text}" for name, text in (SUMMARIES | others).items()) == snapshot


@pytest.mark.parametrize("sentence", SUMMARIES.values())
def test_a_summary_is_one_line_that_ends_with_a_full_stop(sentence):
    assert "\n" not in sentence
    assert sentence[-1] in ".?)" or sentence.endswith("...")


def test_next_is_the_first_exercise_that_is_started_and_not_passed(report):
    assert course.next_line(report.results) == (
        "Next: look at solutions/core/gradients_pile_up.py:7 to line 12. For a hint: python -m grader hint core/gradients-pile-up"
    )


def test_next_shows_a_proven_fix(report):
    assert course.next_line(report.results[3:]) == (
        "Next: divide the loss on line 8 by 2 in solutions/core/micro_batches_with_a_mean_loss.py. "
        "For a hint: python -m grader hint core/micro-batches-with-a-mean-loss"
    )


def test_next_names_the_line_of_an_error(report):
    assert "look at solutions/core/gradients_pile_up.py:8. " in course.next_line(report.results[4:])


def test_next_names_the_file_where_no_line_is_known(report):
    assert "look at solutions/core/gradients_pile_up.py. " in course.next_line(report.results[5:])


def test_next_is_a_new_exercise_when_all_started_ones_pass(report):
    assert course.next_line(report.results[6:]) == "Next: start pixels/mirror in solutions/pixels/mirror.py."


def test_next_does_not_blame_the_student_for_an_error_of_the_grader(report):
    assert course.next_line(report.results[-1:]) == ("Next: run the grader again; if it fails again, show this to your teacher.")


def test_next_is_praise_when_all_exercises_pass(report):
    assert course.next_line(report.results[:1]) == "Next: nothing is left to do here. Well done."


def test_next_continues_with_the_course_when_all_graded_exercises_pass(report, exercises):
    passed = report.results[0]
    assert passed.exercise == exercises[0].id
    title = exercises[1].title
    assert course.next_line([passed], exercises) == f"Next: continue with {exercises[1].id} ({title})."
    assert course.next_line([passed], exercises[:1]) == "Next: nothing is left to do here. Well done."


def test_next_without_any_result(report):
    assert course.next_line([]) == "Next: write a solution and run the grader again."


@pytest.mark.parametrize(
    ("missing", "place"),
    [(0, "a.py:5 and the lines before it"), (1, "a.py:5 to line 7"), (2, "a.py:7 and the lines after it")],
)
def test_the_place_of_a_missing_call_is_between_its_neighbours(a_result, missing, place):
    rows = [step("matched", line=5), step("matched", line=7)]
    rows.insert(missing, step("missing"))
    assert f"look at {place}." in course.next_line([a_result("core/a", "failed", 1.0, 3.0, "a.py", steps=tuple(rows))])
