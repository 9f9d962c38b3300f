"""A finding from the mutants that explain a student's traces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.diagnosis.findings import Evidence, proven_finding
from grader.diagnosis.mutations import Mutant
from grader.records.exercise import Exercise
from grader.records.finding import Change, Finding
from grader.records.grade import Grade
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.trace import Trace


@dataclass(frozen=True, slots=True)
class ExplainingMutant:
    """A mutant that explains the traces in every case, and the grade that the traces get for its steps."""

    mutant: Mutant
    passed: Grade
    changes: tuple[Change, ...]

    @property
    def without_step(self) -> int:
        """Minus the number of calls that belong to a step. The other calls changed nothing, but the student made them."""
        return -len({id(call) for row in self.passed.rows for call in row.calls})

    @property
    def skipped(self) -> int:
        """Steps that the trace does not show, because they change nothing."""
        return sum(row.status == "skipped" for row in self.passed.rows)

    @property
    def length(self) -> int:
        """How many assumptions the explanation needs."""
        return len(self.changes) + self.skipped

    @property
    def invisible(self) -> int:
        """Changes of steps that are not calls: only their effect shows."""
        return sum(not change.is_about_call for change in self.changes)


def from_mutants(exercise: Exercise, explaining: Sequence[ExplainingMutant], grade: Grade, traces: Sequence[Trace]) -> Finding:
    """The simplest mutant that explains the traces. Others that need no more assumptions are named beside it."""
    ranked = sorted(explaining, key=lambda each: (each.without_step, not each.mutant.authored, each.length))
    best = ranked[0]
    as_sure = [
        each
        for each in ranked
        if each.without_step == best.without_step and (each.skipped < best.skipped or not best.mutant.authored)
    ]
    as_simple = [each.mutant.misconception for each in as_sure if len(each.changes) <= len(best.changes)]
    names = tuple(dict.fromkeys([best.mutant.misconception, *as_simple]))
    implied = {word for name in names for word in MISCONCEPTIONS[name].implies}
    names = tuple(name for name in names if name not in implied)
    shortest = [_shortest([each for each in ranked if each.mutant.misconception == name]) for name in names]
    finding = proven_finding(names, "mutant", shortest[0].changes, Evidence(exercise, grade, traces[0]))
    agree = all(_what_undoes(each.changes) == _what_undoes(shortest[0].changes) for each in shortest[1:])
    return replace(finding, one_fix=agree)


def _shortest(explaining: Sequence[ExplainingMutant]) -> ExplainingMutant:
    return min(explaining, key=lambda each: (each.without_step, each.length, each.skipped + each.invisible))


def _what_undoes(changes: Sequence[Change]) -> set[tuple[object, ...]]:
    """Equal for changes that are undone by the same edits of the file."""
    return {(each.what, each.line, each.between, each.right and each.right.as_written) for each in changes}
