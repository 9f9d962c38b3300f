"""When an oracle and the reference run say the same."""

from dataclasses import replace

import pytest

from grader.check.agreement import disagreement
from grader.check.oracles.calculus import Differences
from grader.check.oracles.ledger import perform
from grader.check.subject import look
from grader.marking import cases
from grader.records.trace import LeafState, Raised, ReferenceRun, TensorValue


@pytest.fixture
def both(exercise, engine):
    """The exercise, what the reference run found, and what the ledger says."""
    sample = exercise(extra="returns: 3*x\n", reference=None, starter=None)
    return sample, look(sample, engine).right, perform(sample, sample.steps, cases.visible(sample), Differences())


def tensor(shape, number):
    return TensorValue(shape, "float64", "cpu", (number,))


def with_state(record, index, **held):
    entries = list(record.entries)
    entries[index] = replace(entries[index], state=held)
    return replace(record, entries=tuple(entries))


def test_they_agree(both):
    assert disagreement(*both) is None


@pytest.mark.parametrize(
    ("held", "name"),
    [
        (LeafState(tensor((1,), 2.0), tensor((1,), 4.001)), "x.grad"),
        (LeafState(tensor((1,), 2.0), None), "x.grad"),
        (LeafState(tensor((1,), 2.0), tensor((), 4.0)), "x.grad"),
        (LeafState(tensor((1,), 2.1), tensor((1,), 4.0)), "x"),
    ],
)
def test_another_state_is_found_at_its_step(both, held, name):
    exercise, run, record = both
    assert disagreement(exercise, run, with_state(record, 0, x=held)) == (exercise.steps[0], name)


def test_a_small_difference_is_none(both):
    exercise, run, record = both
    held = LeafState(tensor((1,), 2.0), tensor((1,), 4.00001))
    assert disagreement(exercise, run, with_state(record, 0, x=held)) is None


def test_another_return_value_is_found(both):
    exercise, run, record = both
    assert disagreement(exercise, run, replace(record, returned=tensor((1,), 7.0))) == (None, "returns")


def test_an_error_that_only_one_finds_is_found(both):
    exercise, run, record = both
    entries = (replace(record.entries[0], raised="a second time"),)
    assert disagreement(exercise, run, replace(record, entries=entries)) == (exercise.steps[0], "the error")


def test_errors_agree_by_a_part_of_the_message(both):
    exercise, run, record = both
    raised = replace(run.steps[0], raised=Raised("RuntimeError", "went a second time through"), values=())
    entry = replace(record.entries[0], raised="a second time")
    one = ReferenceRun(run.before, (raised,))
    assert disagreement(exercise, one, replace(record, entries=(entry,), returned=None)) is None
    other = replace(record, entries=(replace(entry, raised="no graph"),), returned=None)
    assert disagreement(exercise, one, other) == (exercise.steps[0], "the error")


def test_another_number_of_steps_is_found(both):
    exercise, run, record = both
    shorter = replace(record, entries=record.entries[:2])
    assert disagreement(exercise, run, shorter) == (exercise.steps[1], "the number of steps")
