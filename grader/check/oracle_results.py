"""Do the oracles, which do not use autograd, agree with the reference run?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.check.agreement import disagreement, is_near_state
from grader.check.checked_exercise import CheckedExercise
from grader.check.oracles.arrays import NotCovered
from grader.check.oracles.calculus import Calculus, Differences
from grader.check.oracles.closed_form import ClosedForms
from grader.check.oracles.full_batch import full_batch_step, micro_batches
from grader.check.oracles.ledger import keep_ledger
from grader.errors import Problem
from grader.records.case import Case
from grader.records.exercise import Exercise
from grader.records.proof import Oracle
from grader.records.trace import ReferenceRun

# The oracles compute the numbers in the file and so many redrawn cases.
_REDRAWS = 3


@dataclass(slots=True)
class OracleResults:
    """`agree`: the oracles that agree. `silent`: why an oracle cannot compute the exercise."""

    agree: tuple[Oracle, ...] = ()
    silent: dict[Oracle, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def compare_with_oracles(checked: CheckedExercise) -> OracleResults:
    """Compare every oracle with the reference: on the numbers in the file first, then on a few redrawn cases."""
    exercise, case, right = checked.exercise, checked.prepared.cases[0], checked.visible.right
    runs = [(case, right), *checked.redraws[:_REDRAWS]]
    results = OracleResults()
    _compare_ledger(exercise, runs, "ledger", Differences(), results)
    _compare_ledger(exercise, runs, "sympy", ClosedForms(), results)
    _compare_full_batch(exercise, case, right, results)
    if not results.agree and not results.problems and results.silent:
        reasons = "; ".join(f"{oracle}: {why}" for oracle, why in results.silent.items())
        message = f"No oracle can confirm the numbers ({reasons})."
        results.notes.append(Problem(message, exercise.where, "write in a comment where the numbers come from"))
    return results


def _compare_ledger(
    exercise: Exercise, runs: Sequence[tuple[Case, ReferenceRun]], oracle: Oracle, calculus: Calculus, results: OracleResults
) -> None:
    try:
        ledgers = [keep_ledger(exercise, exercise.steps, case, calculus) for case, _ in runs]
    except NotCovered as error:
        results.silent[oracle] = str(error)
        return
    for (_, run), ledger in zip(runs, ledgers, strict=True):
        if (found := disagreement(exercise, run, ledger)) is not None:
            step, name = found
            where = step.where if step is not None else exercise.returns_where
            message = f"The {oracle} oracle and the reference run disagree about `{name}` here."
            fix = "if the loss has no derivative here, as relu at 0, choose other numbers; otherwise please report this"
            results.problems.append(Problem(message, where, fix))
            return
    results.agree = (*results.agree, oracle)


def _compare_full_batch(exercise: Exercise, case: Case, right: ReferenceRun, results: OracleResults) -> None:
    """Do the contributions of micro-batches add up to the gradient of the full batch?"""
    try:
        loops = list(_loops_that_add_up(exercise, case, right))
    except NotCovered as error:
        results.silent["batch"] = str(error)
        return
    for group, adds_up in loops:
        if not adds_up:
            message = "These micro-batches do not add up to the gradient of the full batch."
            results.notes.append(Problem(message, exercise.steps[group[0]].where))
    if loops and all(adds_up for _, adds_up in loops):
        results.agree = (*results.agree, "batch")


def _loops_that_add_up(exercise: Exercise, case: Case, right: ReferenceRun) -> Iterator[tuple[tuple[int, ...], bool]]:
    """For each loop over micro-batches that has an equivalent full batch: the steps, and whether they add up to it."""
    for group in micro_batches(exercise):
        step = full_batch_step(exercise, group)
        last = right.steps[group[-1]].call
        if step is not None and last is not None:
            ledger = keep_ledger(exercise, (*exercise.steps[: group[0]], step), case, Differences())
            yield group, is_near_state(ledger.entries[-1].state, last.after, exercise.ignored)
