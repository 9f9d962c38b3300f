"""Every sentence once, in one golden file, so that a change of words is seen as what it is."""

import pytest

from grader.records.result import ErrorInfo, StepResult
from grader.reports import wording

FILE = "solutions/core/gradients_pile_up.py"


def summary(verdict, *, error=None, first_wrong=None, file=FILE, score=3.0, **more):
    return wording.summary(
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
    "failed, a prediction": summary("failed", sentence=wording.about_entry(2, wording.wrong_answer("x.grad", [1.0]))),
    "failed, looks equal": summary("failed", first_wrong=step("wrong", line=7, expected=1.0, observed=1.0)),
    "failed, missing": summary("failed", first_wrong=step("missing")),
    "failed, unexpected": summary(
        "failed", first_wrong=step("unexpected", line=7).model_copy(update={"step": wording.unasked("zero")})
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
        "error", error=error("ModuleNotFoundError"), sentence=wording.neighbour_import("helpers", "helpers.py")
    ),
    "error, not installed": summary("error", error=error("ModuleNotFoundError"), sentence=wording.not_installed("nonesuch")),
    "error, relative import": summary("error", error=error("ImportError"), sentence=wording.relative_import()),
    "error, no function": summary("error", error=error("NameError", line=None), sentence=wording.no_function("solve", "xy", "")),
    "error, no function, but nearly": summary(
        "error", error=error("NameError", line=None), sentence=wording.no_function("solve", ["x"], "solv")
    ),
    "error, no callable": summary("error", error=error("TypeError", line=None), sentence=wording.no_callable("solve", ["x"])),
    "error, parameters": summary(
        "error", error=error("TypeError"), sentence=wording.wrong_parameters("solve", "xy", "missing a required argument: 'z'")
    ),
    "error, unreadable": summary(
        "error", error=error("OSError", line=None), sentence=wording.unreadable("It is not a plain file.")
    ),
    "error, hidden": wording.with_other_numbers(summary("error", error=error("ValueError"))),
    "error, unknown": summary("error"),
    "memory": summary("memory"),
    "memory, line": summary("memory", error=error("MemoryError", "", 9)),
    "timeout": summary("timeout"),
    "timeout, line": summary("timeout", error=error("Timeout", "", 9)),
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
        **{f"status {status}": words for status, words in wording.STATUS.items()},
        **{f"state of {name}": wording.state(result) for name, result in by_name.items()},
        "state, not known": wording.state(None),
        "status, hidden": wording.status(step("wrong", only_visible=True)),
        "entry": wording.entry(2, "(x**2).backward()"),
        "entry too many": wording.entry_too_many(3),
        "stopped": wording.stopped(),
        "no mark": wording.no_mark(),
        "no answer": wording.no_answer(),
        "unanswered": wording.unanswered("x.grad"),
        "not asked": wording.not_asked("y.grad"),
        "needs names": wording.needs_names(("x.grad", "y.grad")),
        "raises otherwise": wording.raises_otherwise("ValueError"),
        "missing entry": wording.missing_entry(2, 3),
        "entries too many": wording.entries_too_many(3),
        "no list": wording.no_list("predict", 3),
        "no list of one": wording.no_list("predict", 1),
        "output cut": wording.output_cut(),
        "about": wording.about(exercises[0]),
        "headings": " | ".join(wording.headings("x.grad", answers=False)),
        "headings of answers": " | ".join(wording.headings("", answers=True)),
        "observed": wording.observed("x.grad [4]", answers=False),
        "answered": wording.observed("x.grad 4", answers=True),
        "returned": wording.returned(),
        **{f"unasked {kind}": wording.unasked(kind) for kind in ("backward", "zero", "step", "edit", "update", "")},
        "call": wording.call_line(5),
        "call inside a function": wording.call_line(5, 12),
        "called from": wording.called_from(12),
        "note": wording.note("Look.", ["zero x"]),
        "note on several steps": wording.note("Look.", ["(x**2).backward()", "zero x", "zero x"]),
        "fix": wording.fix("empty x.grad between line 5 and line 7"),
        "one more line": wording.more_lines(1),
        "stray": wording.stray("a/gradient.py", "core/gradients.py"),
        "stray, nothing near": wording.stray("a/b.ipynb", ""),
        "torch": wording.torch_untested("2.9.0"),
        "run": wording.run_line("2.13.0+cpu", "cpu", "none", "c0ffee"),
        "run, in a log": wording.run_line("2.13.0+cpu", "cpu", "none", None),
        "totals": wording.totals(report.results),
        "totals, all started": wording.totals(report.results[:1]),
        "totals, nothing started": wording.totals(report.results[6:8]),
        "next, after the list": wording.next_exercise(exercises[0], "solutions"),
        "next, all done": wording.next_exercise(None, "solutions"),
    }
    assert "\n".join(f"{name}: {text}" for name, text in (SUMMARIES | others).items()) == snapshot


@pytest.mark.parametrize("sentence", SUMMARIES.values())
def test_a_summary_is_one_line_that_ends(sentence):
    assert "\n" not in sentence
    assert sentence[-1] in ".?)" or sentence.endswith("...")


def test_next_is_the_first_that_is_started_and_not_passed(report):
    assert wording.next_line(report.results) == (
        "Next: look at solutions/core/gradients_pile_up.py:7 up to line 12. "
        "For a hint: python -m grader hint core/gradients-pile-up"
    )


def test_next_says_a_change_that_is_proven(report):
    assert wording.next_line(report.results[3:]) == (
        "Next: divide the loss on line 8 by 2 in solutions/core/micro_batches_with_a_mean_loss.py. "
        "For a hint: python -m grader hint core/micro-batches-with-a-mean-loss"
    )


def test_next_names_the_line_of_an_error(report):
    assert "look at solutions/core/gradients_pile_up.py:8. " in wording.next_line(report.results[4:])


def test_next_names_the_file_where_no_line_is_known(report):
    assert "look at solutions/core/gradients_pile_up.py. " in wording.next_line(report.results[5:])


def test_next_starts_something_new_when_all_that_is_started_passes(report):
    assert wording.next_line(report.results[6:]) == "Next: start pixels/mirror in solutions/pixels/mirror.py."


def test_next_blames_no_student_for_the_graders_trouble(report):
    assert wording.next_line(report.results[-1:]) == (
        "Next: run the grader again; if it fails the same way, show this to your teacher."
    )


def test_next_is_praise_when_all_pass(report):
    assert wording.next_line(report.results[:1]) == "Next: nothing is left to do here. Well done."


def test_next_goes_on_through_the_course_when_all_that_was_graded_passes(report, exercises):
    passed = report.results[0]
    assert passed.exercise == exercises[0].id
    title = exercises[1].title
    assert wording.next_line([passed], exercises) == f"Next: go on to {exercises[1].id} ({title})."
    assert wording.next_line([passed], exercises[:1]) == "Next: nothing is left to do here. Well done."


def test_next_without_any_result(report):
    assert wording.next_line([]) == "Next: write a solution and run the grader again."


@pytest.mark.parametrize(
    ("missing", "place"),
    [(0, "a.py:5 and what should come before it"), (1, "a.py:5 up to line 7"), (2, "a.py:7 and what should follow it")],
)
def test_a_missing_call_is_looked_for_between_its_neighbours(a_result, missing, place):
    rows = [step("matched", line=5), step("matched", line=7)]
    rows.insert(missing, step("missing"))
    assert f"look at {place}." in wording.next_line([a_result("core/a", "failed", 1.0, 3.0, "a.py", steps=tuple(rows))])
