"""`uses` and `forbids`: a broken rule fails, has a row of its own, and costs at least a point."""

from dataclasses import replace

import pytest

from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces
from grader.records.exercise import TorchName
from grader.records.trace import Ending, Raised, Used
from grader.reports.wording import timeline

SQUARE, ZERO = ("backward", {"x": (1, 2)}), ("zero", ("x",), False)
PROGRAM = [SQUARE, ZERO, SQUARE]
GRAD, OPTIM = "torch.autograd.grad", "torch.optim"


@pytest.fixture
def grade(toy):
    """The grade of the right program whose cases called these names."""

    def grade(*used, ending=None, program=PROGRAM):
        exercise = replace(toy.exercise(PROGRAM), uses=(TorchName(GRAD),), forbids=(TorchName(OPTIM),))
        cases = [toy.start(x=2.0), toy.start(x=3.5)]
        traces = [replace(toy.trace(case, program, ending), used=each) for case, each in zip(cases, used, strict=True)]
        return grade_traces(ExpectedRuns(exercise, [toy.reference(case, PROGRAM) for case in cases]), traces, {})

    return grade


def rules(found):
    return [row.rule for row in found.rows if row.kind == "rule"]


def test_kept_rules_have_no_row(grade):
    found = grade((Used(GRAD),), (Used(GRAD),))
    assert (found.verdict, found.score, rules(found)) == ("passed", 3.0, [])


def test_a_name_that_is_never_called_fails(grade):
    found = grade((), ())
    assert (found.verdict, found.score) == ("failed", 2.0)
    assert [timeline.broken_rule(rule) for rule in rules(found)] == [
        "`torch.autograd.grad` was never called. This exercise asks for it."
    ]


def test_a_forbidden_name_fails_with_its_line(grade):
    used = (Used(GRAD), Used(OPTIM, "torch.optim.SGD.step", 7))
    found = grade(used, used)
    assert (found.verdict, found.rows[-1].line) == ("failed", 7)
    assert [timeline.broken_rule(rule) for rule in rules(found)] == [
        "`torch.optim.SGD.step` was called. This exercise forbids `torch.optim`."
    ]


def test_a_rule_that_is_broken_with_hidden_numbers_only_is_said_to_be(grade):
    found = grade((Used(GRAD),), (Used(OPTIM, OPTIM, 3),))
    assert [timeline.broken_rule(rule) for rule in rules(found)] == [
        "`torch.autograd.grad` was never called with other numbers than those in the exercise. This exercise asks for it.",
        "`torch.optim` was called with other numbers than those in the exercise. This exercise forbids it.",
    ]


def test_what_was_not_reached_is_no_broken_rule(grade):
    found = grade((), (), ending=Ending("raised", error=Raised("ValueError", "no")))
    assert (found.verdict, rules(found)) == ("error", [])
