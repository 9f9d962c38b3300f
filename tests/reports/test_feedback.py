"""Each level of feedback tells what those before it tell, and nothing more."""

import pytest

from grader.records.result import Diagnosis
from grader.reports.feedback import limited, limited_report
from grader.reports.terminal import Terminal

FOUND = Diagnosis(
    misconception="sign", message="The sign is wrong.", line=3, fix="change line 3", patch="--- a/x.py\n", proven=True
)
SECOND = FOUND.model_copy(update={"misconception": "zero-skipped", "message": "Another one on the same line."})
LEVELS = ("verdict", "line", "cause", "fix")


@pytest.fixture
def failed(a_result, a_row):
    rows = (a_row("x.grad.zero_()", "wrong", 3, {"x.grad": [0.0]}, {"x.grad": [1.0]}, call="zero"),)
    return a_result("core/a", "failed", 0.0, 1.0, "core/a.py", steps=rows, diagnoses=(FOUND, SECOND))


def test_a_verdict_says_nothing_about_the_calls(failed):
    told = limited(failed, "verdict")
    assert (told.verdict, told.score, told.summary, told.steps, told.diagnoses) == (
        "failed",
        failed.score,
        "Not everything is right.",
        (),
        (),
    )


def test_a_line_is_told_once_and_without_its_mistakes(failed):
    told = limited(failed, "line")
    assert told.steps == failed.steps
    assert told.diagnoses == (Diagnosis(misconception=None, message="Your calls differ from the exercise from here on.", line=3),)


def test_a_cause_is_told_without_its_fix(failed):
    told = limited(failed, "cause").diagnoses
    assert [each.misconception for each in told] == ["sign", "zero-skipped"]
    assert {(each.fix, each.patch, each.proven) for each in told} == {(None, None, False)}


def test_with_the_fix_everything_is_told(failed):
    assert limited(failed, "fix") == failed


def test_a_result_that_passes_is_the_same_on_every_level(a_result):
    passed = a_result("core/a", "passed", 1.0, 1.0, "core/a.py")
    assert {level: limited(passed, level).summary for level in LEVELS} == dict.fromkeys(LEVELS, passed.summary)


def test_a_report_is_limited_result_by_result(failed, report):
    told = limited_report(report.model_copy(update={"results": (failed, failed)}), "cause")
    assert told.results == (limited(failed, "cause"),) * 2


@pytest.mark.parametrize("level", LEVELS)
def test_the_terminal_tells_as_much_and_offers_the_rest(level, failed, screen, text_on):
    stream = screen()
    Terminal(stream, width=100, feedback=level, offers_fix=True).exercise(failed)
    text = text_on(stream)
    assert ("To fix it: change line 3." in text) is (level == "fix")
    assert ("The sign is wrong." in text) is (level in ("cause", "fix"))
    assert ("line 3" in text) is (level != "verdict")
    assert ("To see a change that passes: python -m grader fix core/a" in text) is (level == "cause")
