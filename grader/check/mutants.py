"""The mutation score: which wrong programs do the numbers in the file tell from the right one?

A mutant that is right on the numbers in the file and on all redrawn ones is the right program in another form. One that
is right on those in the file only survives: a student who makes that mistake would pass the visible case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.check.subject import Subject
from grader.diagnosis.edits import edits_between
from grader.diagnosis.explain import runnable
from grader.diagnosis.mutations import Mutant
from grader.errors import Problem, SourceLocation, did_you_mean
from grader.records.exercise import Exercise

# Most mutants that are not told apart by the first few redraws are not told apart by any: they are asked in two rounds.
_FIRST = 4


@dataclass(frozen=True, slots=True)
class Survey:
    told_apart: int
    survived: int
    equivalent: int
    problems: tuple[Problem, ...]


def prove(subject: Subject) -> Survey:
    visible, every = subject.visible, list(subject.mutants())
    alike = [mutant for mutant, run in every if visible.passes(run, visible.right)]
    survivors = _survivors(subject, alike)
    problems = (*_unexplained(subject.exercise, survivors), *_needless(subject.exercise, survivors))
    return Survey(len(every) - len(alike), len(survivors), len(alike) - len(survivors), problems)


def _survivors(subject: Subject, alike: Sequence[Mutant]) -> tuple[Mutant, ...]:
    """Those of the mutants that go wrong on redrawn numbers."""
    survivors: list[Mutant] = []
    undecided = list(alike)
    for round in (subject.redraws[:_FIRST], subject.redraws[_FIRST:]):
        programs = [(runnable(subject.exercise, mutant.steps), case) for mutant in undecided for case, _ in round]
        runs = subject.visible.perform(programs)
        still: list[Mutant] = []
        for place, mutant in enumerate(undecided):
            own = runs[place * len(round) : (place + 1) * len(round)]
            passes = all(subject.visible.passes(run, right) for run, (_, right) in zip(own, round, strict=True))
            (still if passes else survivors).append(mutant)
        undecided = still
    return tuple(survivors)


def _unexplained(exercise: Exercise, survivors: Sequence[Mutant]) -> Iterator[Problem]:
    """One problem for each operator whose survivors the file does not explain."""
    listed = {entry.operator for entry in exercise.invisible}
    for operator in dict.fromkeys(mutant.operator for mutant in survivors):
        if operator not in listed:
            own = [mutant for mutant in survivors if mutant.operator == operator]
            what, where = _described(exercise, own[0])
            more = f", and {len(own) - 1} more of this kind" if len(own) > 1 else ""
            yield Problem(
                f"The numbers in the file do not show this mistake of the operator `{operator}`: {what}{more}.",
                where,
                "choose numbers that do, or list the operator under `invisible` and say why that is fine",
            )


def _needless(exercise: Exercise, survivors: Sequence[Mutant]) -> Iterator[Problem]:
    operators = {mutant.operator for mutant in survivors}
    for entry in exercise.invisible:
        if entry.operator not in operators:
            fix = did_you_mean(entry.operator, list(operators)) or "remove the entry"
            message = f"`invisible` lists the operator `{entry.operator}`, but the numbers in the file show all its mistakes."
            yield Problem(message, exercise.where, fix)


def _described(exercise: Exercise, mutant: Mutant) -> tuple[str, SourceLocation | None]:
    """The first thing that is different in the mutant, and where in the file that is."""
    edit = edits_between(exercise.steps, mutant.steps)[0]
    step = exercise.steps[min(edit.right, len(exercise.steps) - 1)]
    match edit.what:
        case "left-out":
            what = f"step {step.number} left out"
        case "moved":
            what = f"step {step.number} in another place"
        case "put-in":
            place = f"before step {step.number}" if edit.right < len(exercise.steps) else "at the end"
            what = f"a `{mutant.steps[edit.wrong].verb}` put in {place}"
        case "changed":
            what = f"another `{mutant.steps[edit.wrong].verb}` in step {step.number}"
    return f"{what} ({mutant.misconception})", step.where or exercise.where
