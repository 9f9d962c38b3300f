"""The findings of a proven alignment: one for each mistake, in the order of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.diagnosis.changes import LocatedChanges
from grader.diagnosis.edits import ProgramEdits
from grader.diagnosis.findings import Evidence, proven_finding
from grader.diagnosis.mutations.backward import name_of_last_pass
from grader.diagnosis.named_edits import is_vague_word, named_edits
from grader.diagnosis.rewrite import Rewritten
from grader.records.exercise import Exercise
from grader.records.finding import Change, Finding
from grader.records.grade import Grade
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.trace import Trace

MOST_FINDINGS = 3


def from_alignment(
    exercise: Exercise, wrong: Rewritten, passed: Grade, grade: Grade, traces: Sequence[Trace]
) -> tuple[Finding, ...]:
    """`passed` is the grade that the traces get for the wrong program. Repetitions on one line are one finding."""
    findings: dict[tuple[object, ...], Finding] = {}
    changes: dict[tuple[object, ...], list[Change]] = {}
    located = LocatedChanges(ProgramEdits(exercise.steps, wrong.steps), passed)
    evidence = Evidence(exercise, grade, traces[0])
    lines_of_resets = sorted({call.line for call in traces[0].calls if call.kind == "zero" and call.line is not None})
    for edit, name in named_edits(exercise, wrong):
        change = located.of(edit)
        if _is_called_there(change, lines_of_resets):
            continue
        finding = proven_finding((name,) if name else (), "alignment", (change,), evidence)
        key = (finding.line, _reported_once_per_line(change) or finding.misconceptions)
        findings[key] = _merged_findings(findings[key], finding) if key in findings else finding
        changes.setdefault(key, []).extend(finding.changes)
    return _to_report([replace(finding, changes=tuple(changes[key])) for key, finding in findings.items()])


def without_last_pass(exercise: Exercise, gone: Sequence[int], trace: Trace) -> Finding:
    """The steps of the last pass of a loop are missing. They belong after all calls of the student."""
    last = trace.calls[-1] if trace.calls else None
    line, called_from = (last.line, last.called_from) if last else (None, None)
    changes = tuple(Change("left-out", exercise.steps[index], None, None, line, None, (line, None)) for index in gone)
    return Finding((name_of_last_pass(exercise),), "alignment", line, called_from, (line, None), changes, True)


def vagueness(findings: Sequence[Finding]) -> tuple[int, int, int]:
    """A sort key for several proven readings: findings with names first, then exact names, then few findings."""
    return sum(not each.misconceptions for each in findings), sum(map(is_vague, findings)), len(findings)


def is_vague(finding: Finding) -> bool:
    """Does it only give the line, and not what is wrong there?"""
    return not finding.misconceptions or any(map(is_vague_word, finding.misconceptions))


def _is_called_there(change: Change, lines_of_resets: Sequence[int]) -> bool:
    """Is a reset called where it is said to be missing? The alignment took it for another one, because resets commute."""
    before, after = change.between or (None, None)
    if change.what != "left-out" or change.right is None or change.right.verb != "zero" or before is None or after is None:
        return False
    return any(before < line < after for line in lines_of_resets)


def _reported_once_per_line(change: Change) -> str | None:
    """What a line reports only once, whatever its names are: a wrong loss, an unexpected reset."""
    if change.what == "changed" and change.right is not None and change.right.verb == "backward":
        return "loss"
    return "zero" if change.what == "put-in" and change.wrong is not None and change.wrong.verb == "zero" else None


def _merged_findings(one: Finding, other: Finding) -> Finding:
    """The first of two findings about one line, with an exact name if there is one, with a wide one if there are several."""
    names = list(dict.fromkeys((*one.misconceptions, *other.misconceptions)))
    exact = [name for name in names if not is_vague_word(name)] or names
    wide = [name for name in exact if MISCONCEPTIONS[name].is_wide]
    return replace(one, misconceptions=tuple((wide or exact)[:1]))


def _to_report(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """At most three. If some have a name, only those. Nothing else about a line that a fact explains. The numbers once."""
    facts = {finding.line for finding in findings if finding.source == "fact"}
    named = [each for each in findings if each.misconceptions and (each.source == "fact" or each.line not in facts)]
    chosen = (named or findings)[:MOST_FINDINGS]
    return (*chosen[:1], *(replace(each, expected={}, observed={}) for each in chosen[1:]))
