"""Does an oracle agree with the reference run?"""

from dataclasses import replace

import pytest

from grader.assess.cases import visible_case
from grader.check.agreement import disagreement
from grader.check.checked_exercise import run_visible_case
from grader.check.oracles.calculus import Differences
from grader.check.oracles.ledger import keep_ledger
from grader.records.trace import LeafState, Raised, ReferenceRun, TensorValue


@pytest.fixture
def both(exercise, engine):
    """The exercise, its reference run, and its ledger."""
    sample = exercise(extra="returns: 3*x\n", reference=None, starter=None)
    return sample, run_visible_case(sample, engine).right, keep_ledger(sample, sample.steps, visible_case(sample), Differences())


def tensor(shape, number):
    return TensorValue(shape, "float64", "cpu", (number,))


def with_state(ledger, index, **leaves):
    entries = list(ledger.entries)
    entries[index] = replace(entries[index], state=leaves)
    return replace(ledger, entries=tuple(entries))


def test_a_right_ledger_agrees_with_the_reference(both):
    assert disagreement(*both) is None


@pytest.mark.parametrize(
    ("leaf", "name"),
    [
        (LeafState(tensor((1,), 2.0), tensor((1,), 4.001)), "x.grad"),
        (LeafState(tensor((1,), 2.0), None), "x.grad"),
        (LeafState(tensor((1,), 2.0), tensor((), 4.0)), "x.grad"),
        (LeafState(tensor((1,), 2.1), tensor((1,), 4.0)), "x"),
    ],
)
def test_a_different_state_is_found_at_its_step(both, leaf, name):
    exercise, run, ledger = both
    assert disagreement(exercise, run, with_state(ledger, 0, x=leaf)) == (exercise.steps[0], name)


def test_a_small_difference_is_accepted(both):
    exercise, run, ledger = both
    leaf = LeafState(tensor((1,), 2.0), tensor((1,), 4.00001))
    assert disagreement(exercise, run, with_state(ledger, 0, x=leaf)) is None


def test_a_different_return_value_is_found(both):
    exercise, run, ledger = both
    assert disagreement(exercise, run, replace(ledger, returned=tensor((1,), 7.0))) == (None, "returns")


def test_an_error_of_only_one_of_them_is_found(both):
    exercise, run, ledger = both
    entries = (replace(ledger.entries[0], raised="a second time"),)
    assert disagreement(exercise, run, replace(ledger, entries=entries)) == (exercise.steps[0], "the error")


def test_errors_agree_if_the_message_contains_the_text(both):
    exercise, run, ledger = both
    raised = replace(run.steps[0], raised=Raised("RuntimeError", "went a second time through"), values=())
    entry = replace(ledger.entries[0], raised="a second time")
    one = ReferenceRun(run.before, (raised,))
    assert disagreement(exercise, one, replace(ledger, entries=(entry,), returned=None)) is None
    other = replace(ledger, entries=(replace(entry, raised="no graph"),), returned=None)
    assert disagreement(exercise, one, other) == (exercise.steps[0], "the error")


def test_a_different_number_of_steps_is_found(both):
    exercise, run, ledger = both
    shorter = replace(ledger, entries=ledger.entries[:2])
    assert disagreement(exercise, run, shorter) == (exercise.steps[1], "the number of steps")
