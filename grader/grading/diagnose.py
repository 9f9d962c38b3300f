"""Why it went wrong: a proven wrong program, or an alignment, turned into findings.

The sources in their order: PyTorch's own message, facts seen on the way, a mutant that gives the same trace in every
case, and the labelled alignment once the reference has performed it and left what the student's function left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.grading.changes import changes
from grader.grading.labels import Label
from grader.grading.mutations import Mutant
from grader.grading.naming import of_facts, of_message
from grader.records.exercise import Exercise, Step
from grader.records.finding import Change, Finding
from grader.records.grade import Grade
from grader.records.trace import Raised, Trace, Value

MOST_FINDINGS = 3
NOT_RIGHT = ("wrong", "missing", "unexpected")


@dataclass(frozen=True, slots=True)
class Explained:
    """A mutant that explains the trace in every case, and the mark the trace gets for it."""

    mutant: Mutant
    steps: tuple[Step, ...]
    passed: Grade


def is_hard_coded(exercise: Exercise, grade: Grade, traces: Sequence[Trace]) -> bool:
    """Right only with the numbers in the file, because the same numbers come out whatever the input."""
    if not grade.only_visible or len(traces) < 2 or not traces[0].calls:
        return False
    ends = [{name: leaf.grad for name, leaf in trace.calls[-1].after.items()} for trace in traces if trace.calls]
    return len(ends) == len(traces) and all(end == ends[0] for end in ends[1:])


def unproven(misconception: str | None, grade: Grade) -> Finding:
    """What is known without a proof: where the first row is that is not right."""
    row = next((row for row in grade.rows if row.status in NOT_RIGHT), None)
    call = row.call if row else None
    return Finding(
        (misconception,) if misconception else (),
        "fact" if misconception else "alignment",
        call.line if call else None,
        call.called_from if call else None,
        expected=row.expected if row else {},
        observed=row.observed if row else {},
    )


def _numbers(grade: Grade) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
    """What the first call left that left something else than expected, and what was expected."""
    for row in grade.rows:
        if any(name in row.observed and row.observed[name] != value for name, value in row.expected.items()):
            return row.expected, row.observed
    return {}, {}


def from_message(raised: Raised, traces: Sequence[Trace], explained: Sequence[Explained], exercise: Exercise) -> Finding | None:
    """An error of PyTorch's that names its cause. What an explaining mutant calls it is more exact, if it fits."""
    names = of_message(raised, traces)
    if not names:
        return None
    fits = next((each for each in explained if each.mutant.authored or each.mutant.misconception in names), None)
    named = (fits.mutant.misconception,) if fits else names[:1]
    call = next((call for call in traces[0].calls if call.raised is not None), None)
    line = call.line if call else raised.line
    found = changes(exercise.steps, fits.steps, fits.passed) if fits else ()
    return Finding(named, "message", line, call.called_from if call else None, changes=found, proven=bool(fits))


def from_mutants(exercise: Exercise, explained: Sequence[Explained], grade: Grade, traces: Sequence[Trace]) -> Finding:
    """The simplest of the wrong programs that explain the trace; others of its kind are named beside it."""
    best = explained[0]
    found = changes(exercise.steps, best.steps, best.passed)
    others = () if best.mutant.authored else [each.mutant.misconception for each in explained]
    names = tuple(dict.fromkeys((best.mutant.misconception, *others)))
    return _finding(names, "mutant", found, grade, traces[0])


def from_alignment(
    exercise: Exercise, labels: Sequence[Label], steps: Sequence[Step], passed: Grade, grade: Grade, traces: Sequence[Trace]
) -> tuple[Finding, ...]:
    """One finding for each mistake of a proven alignment, in the order of the file; repetitions on one line are one."""
    findings: dict[tuple[object, ...], Finding] = {}
    for change in changes(exercise.steps, steps, passed):
        name = _name_of(change, labels)
        finding = _finding((name,) if name else (), "alignment", (change,), grade, traces[0])
        key = (finding.misconceptions, finding.line)
        known = findings.get(key)
        findings[key] = finding if known is None else replace(known, changes=(*known.changes, change))
    return tuple(findings.values())[:MOST_FINDINGS]


def _name_of(change: Change, labels: Sequence[Label]) -> str | None:
    if change.what == "moved":
        return _moved(change)
    for label in labels:
        if change.wrong is not None and change.wrong in label.steps:
            return label.misconception
    for label in labels:
        if change.what == "left-out" and not label.steps and label.misconception and change.right is not None:
            return label.misconception if _names(label.misconception, change.right) else _left_out(change.right)
    return None


def _names(misconception: str, step: Step) -> bool:
    return misconception == _left_out(step)


def _left_out(step: Step) -> str:
    return {"zero": "zero-skipped", "backward": "backward-missing", "step": "step-missing", "set": "step-missing"}.get(
        step.verb, "wrong-clip"
    )


def _moved(change: Change) -> str | None:
    verb = change.right.verb if change.right else ""
    if verb not in ("zero", "step", "clip"):
        return None
    before, _ = change.between or (None, None)
    late = before is not None and change.line is not None and change.line > before
    return f"{verb}-too-late" if late else f"{verb}-too-early"


def _finding(names: tuple[str, ...], source: str, found: Sequence[Change], grade: Grade, trace: Trace) -> Finding:
    fact = of_facts(found, trace)
    main = found[0] if found else None
    finding = Finding(
        names,
        "mutant" if source == "mutant" else "alignment",
        main.line if main else None,
        main.called_from if main else None,
        main.between if main and main.what == "left-out" else None,
        tuple(found),
        True,
        *_numbers(grade),
    )
    if not trace.calls and not trace.facts:
        return replace(finding, misconceptions=("nothing-called",), source="fact", line=None, between=None)
    if fact is not None:
        return replace(
            finding, misconceptions=(fact[0],), source="fact", line=fact[1].line or finding.line, called_from=None, between=None
        )
    if main is not None and main.call is not None and main.what in ("put-in", "changed"):
        if main.call.same_loss and main.what == "put-in":
            return replace(finding, misconceptions=("backward-repeated",), source="fact", line=main.call.line)
        if main.call.gradient_given and main.what == "changed" and "wrong-formula" in names:
            return replace(finding, misconceptions=("wrong-seed",), source="fact", line=main.call.line)
    return finding
