"""The mutation score: which mutants of the right steps do the numbers in the file distinguish from them?

A mutant that passes on the numbers in the file and on all redrawn cases is equivalent to the right steps. A mutant that
passes only on the numbers in the file survives: a student with that mistake would pass the visible case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.check.checked_exercise import CheckedExercise
from grader.diagnosis.edits import edits_between
from grader.diagnosis.explain import runnable
from grader.diagnosis.mutations import Mutant
from grader.errors import Problem, SourceLocation, did_you_mean
from grader.records.exercise import Exercise

# Two rounds: most mutants that fail on a redrawn case fail on one of the first few.
_FIRST_ROUND = 4


@dataclass(frozen=True, slots=True)
class MutantCounts:
    distinguished: int
    survived: int
    equivalent: int
    problems: tuple[Problem, ...]


def count_mutants(checked: CheckedExercise) -> MutantCounts:
    visible, mutants = checked.visible, list(checked.mutants())
    passing = [mutant for mutant, run in mutants if visible.would_pass(run, visible.right)]
    survivors = _survivors(checked, passing)
    problems = (*_unlisted(checked.exercise, survivors), *_needless_entries(checked.exercise, survivors))
    return MutantCounts(len(mutants) - len(passing), len(survivors), len(passing) - len(survivors), problems)


def _survivors(checked: CheckedExercise, mutants: Sequence[Mutant]) -> tuple[Mutant, ...]:
    """Those of the mutants that fail on a redrawn case."""
    survivors: list[Mutant] = []
    undecided = list(mutants)
    for round in (checked.redraws[:_FIRST_ROUND], checked.redraws[_FIRST_ROUND:]):
        programs = [(runnable(checked.exercise, mutant.steps), case) for mutant in undecided for case, _ in round]
        runs = checked.visible.run(programs)
        still: list[Mutant] = []
        for place, mutant in enumerate(undecided):
            own = runs[place * len(round) : (place + 1) * len(round)]
            passes = all(checked.visible.would_pass(run, right) for run, (_, right) in zip(own, round, strict=True))
            (still if passes else survivors).append(mutant)
        undecided = still
    return tuple(survivors)


def _unlisted(exercise: Exercise, survivors: Sequence[Mutant]) -> Iterator[Problem]:
    """One problem for each operator with survivors that the file does not list under `invisible`."""
    listed = {entry.operator for entry in exercise.invisible}
    for operator in dict.fromkeys(mutant.operator for mutant in survivors):
        if operator not in listed:
            own = [mutant for mutant in survivors if mutant.operator == operator]
            what, where = _described(exercise, own[0])
            more = f", and {len(own) - 1} more of this operator" if len(own) > 1 else ""
            yield Problem(
                f"The numbers in the file do not show this mistake of the operator `{operator}`: {what}{more}.",
                where,
                "choose other numbers, or list the operator under `invisible` and write why that is acceptable",
            )


def _needless_entries(exercise: Exercise, survivors: Sequence[Mutant]) -> Iterator[Problem]:
    operators = {mutant.operator for mutant in survivors}
    for entry in exercise.invisible:
        if entry.operator not in operators:
            fix = did_you_mean(entry.operator, list(operators)) or "remove the entry"
            message = f"`invisible` lists the operator `{entry.operator}`, but the numbers in the file show all its mistakes."
            yield Problem(message, exercise.where, fix)


def _described(exercise: Exercise, mutant: Mutant) -> tuple[str, SourceLocation | None]:
    """The first edit of the mutant, and its place in the file."""
    edit = edits_between(exercise.steps, mutant.steps)[0]
    step = exercise.steps[min(edit.right, len(exercise.steps) - 1)]
    match edit.what:
        case "left-out":
            what = f"step {step.number} is left out"
        case "moved":
            what = f"step {step.number} is moved"
        case "put-in":
            place = f"before step {step.number}" if edit.right < len(exercise.steps) else "at the end"
            what = f"a `{mutant.steps[edit.wrong].verb}` is inserted {place}"
        case "changed":
            what = f"step {step.number} is changed to another `{mutant.steps[edit.wrong].verb}`"
    return f"{what} ({mutant.misconception})", step.where or exercise.where
