"""Do the oracles, which do not trust autograd, find what the reference run found?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.check.agreement import disagreement, near
from grader.check.oracles import ledger
from grader.check.oracles.arrays import NotCovered
from grader.check.oracles.calculus import Calculus, Differences
from grader.check.oracles.closed_form import ClosedForms
from grader.check.oracles.full_batch import micro_batches, whole
from grader.check.subject import Subject
from grader.errors import Problem
from grader.records.case import Case
from grader.records.exercise import Exercise
from grader.records.proof import Oracle
from grader.records.trace import ReferenceRun

# How many sets of redrawn numbers the oracles are asked for, besides the numbers in the file.
_REDRAWS = 3


@dataclass(slots=True)
class Agreed:
    """`silent`: why an oracle can say nothing."""

    agree: tuple[Oracle, ...] = ()
    silent: dict[Oracle, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def prove(subject: Subject) -> Agreed:
    """Ask every oracle; the numbers in the file first, then a few others."""
    runs = [(subject.prepared.cases[0], subject.visible.right), *subject.redraws[:_REDRAWS]]
    agreed = Agreed()
    _ask(subject.exercise, runs, "ledger", Differences(), agreed)
    _ask(subject.exercise, runs, "sympy", ClosedForms(), agreed)
    _add_up(subject.exercise, subject.prepared.cases[0], subject.visible.right, agreed)
    if not agreed.agree and not agreed.problems and agreed.silent:
        reasons = "; ".join(f"{oracle}: {why}" for oracle, why in agreed.silent.items())
        message = f"No oracle can confirm the numbers ({reasons})."
        agreed.notes.append(Problem(message, subject.exercise.where, "say in a comment where they come from"))
    return agreed


def _ask(
    exercise: Exercise, runs: Sequence[tuple[Case, ReferenceRun]], oracle: Oracle, calculus: Calculus, agreed: Agreed
) -> None:
    try:
        records = [ledger.perform(exercise, exercise.steps, case, calculus) for case, _ in runs]
    except NotCovered as error:
        agreed.silent[oracle] = str(error)
        return
    for (_, run), record in zip(runs, records, strict=True):
        if (found := disagreement(exercise, run, record)) is not None:
            step, name = found
            where = step.where if step is not None else exercise.returns_where
            message = f"The {oracle} oracle disagrees with the reference run about `{name}` here."
            fix = "a loss with a corner, as relu at 0, has no slope there: choose other numbers; otherwise please report it"
            agreed.problems.append(Problem(message, where, fix))
            return
    agreed.agree = (*agreed.agree, oracle)


def _add_up(exercise: Exercise, case: Case, right: ReferenceRun, agreed: Agreed) -> None:
    """Do the shares of the micro-batches add up to the gradient of the whole batch?"""
    try:
        sums = list(_sums(exercise, case, right))
    except NotCovered as error:
        agreed.silent["batch"] = str(error)
        return
    for group, same in sums:
        if not same:
            message = "These micro-batches do not add up to the gradient of the whole batch."
            agreed.notes.append(Problem(message, exercise.steps[group[0]].where))
    if sums and all(same for _, same in sums):
        agreed.agree = (*agreed.agree, "batch")


def _sums(exercise: Exercise, case: Case, right: ReferenceRun) -> Iterator[tuple[tuple[int, ...], bool]]:
    """For each loop over micro-batches of which a law says what they add up to: do they?"""
    for group in micro_batches(exercise):
        step = whole(exercise, group)
        last = right.steps[group[-1]].call
        if step is not None and last is not None:
            record = ledger.perform(exercise, (*exercise.steps[: group[0]], step), case, Differences())
            yield group, near(record.entries[-1].state, last.after)
