"""From the proven changes of a student's program to one finding: its names, its line and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.diagnosis.facts import ExplainingFacts
from grader.diagnosis.resets import tensor_by_tensor
from grader.diagnosis.without_proof import first_wrong_row, nothing_was_called
from grader.records.exercise import Exercise
from grader.records.finding import Change, Finding, FindingSource
from grader.records.grade import Grade, GradeRow
from grader.records.trace import Trace

# With changes on more lines than this, a finding points at the first wrong row.
_MOST_LINES = 3


@dataclass(frozen=True)
class Evidence:
    """What the findings of one student are about: the exercise, the grade, and the trace of the visible case."""

    exercise: Exercise
    grade: Grade
    trace: Trace

    @cached_property
    def first_row(self) -> GradeRow | None:
        """The first row with values that differ."""
        return next((row for row in self.grade.rows if row.differs), None)

    @cached_property
    def facts(self) -> ExplainingFacts:
        return ExplainingFacts(self.exercise, self.trace)


def proven_finding(names: tuple[str, ...], source: FindingSource, changes: Sequence[Change], evidence: Evidence) -> Finding:
    """A proven finding. A fact of the run, or the student's call itself, may give it a more exact name than `names`."""
    changes = tensor_by_tensor(changes)
    main = _change_to_point_at(changes)
    first_row = evidence.first_row
    finding = Finding(
        names,
        source,
        main.line if main else None,
        main.called_from if main else None,
        main.between if main and main.what == "left-out" else None,
        changes,
        True,
        first_row.expected if first_row else {},
        first_row.observed if first_row else {},
    )
    if evidence.exercise.kind == "predict":
        return finding
    if len({change.line for change in changes}) > _MOST_LINES:
        finding = replace(finding, line=first_wrong_row(None, evidence.grade).line, called_from=None, between=None)
    if nothing_was_called((evidence.trace,)):
        return replace(finding, misconceptions=("nothing-called",), source="fact", line=None, between=None)
    explanation = evidence.facts.of(changes)
    if explanation is not None:
        name, fact = explanation
        return replace(
            finding, misconceptions=(name,), source="fact", line=fact.line or finding.line, called_from=None, between=None
        )
    return _named_by_its_call(finding, main)


def _change_to_point_at(changes: Sequence[Change]) -> Change | None:
    """A change with a call of the student is better than one that is only missing."""
    of_calls = [change for change in changes if change.is_about_call]
    with_call = [change for change in of_calls if change.what != "left-out"]
    return next(iter(with_call or of_calls or changes), None)


def _named_by_its_call(finding: Finding, main: Change | None) -> Finding:
    """The student's call may show the mistake: a second backward of the same loss, or a `gradient` argument."""
    if main is None or main.call is None or main.call.kind != "backward":
        return finding
    if main.what == "put-in" and main.call.same_loss and not set(finding.misconceptions) - {"wrong-formula"}:
        return replace(finding, misconceptions=("backward-repeated",), source="fact", line=main.call.line)
    if main.what == "changed" and main.call.gradient_given and "wrong-formula" in finding.misconceptions:
        return replace(finding, misconceptions=("wrong-seed",), source="fact", line=main.call.line)
    return finding
