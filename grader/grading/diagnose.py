"""Why it went wrong: a proven wrong program, or an alignment, turned into findings.

The sources in their order: PyTorch's own message, facts seen on the way, a mutant that gives the same trace in every
case, and the labelled alignment once the reference has performed it and left what the student's function left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.grading.changes import located
from grader.grading.edits import with_moves
from grader.grading.mutations import Mutant
from grader.grading.naming import of_facts, of_message
from grader.grading.rewrite import Rewritten
from grader.records.exercise import Exercise, Step
from grader.records.finding import Change, Finding, Source
from grader.records.grade import Grade
from grader.records.trace import Raised, Trace, Value

MOST_FINDINGS = 3
MOST_FIXES = 3
NOT_RIGHT = ("wrong", "missing", "unexpected")


@dataclass(frozen=True, slots=True)
class Explained:
    """A mutant that explains the trace in every case, and the mark the trace gets for it."""

    mutant: Mutant
    steps: tuple[Step, ...]
    passed: Grade
    changes: tuple[Change, ...]

    @property
    def unasked(self) -> int:
        """Calls of the student's that stand for no step of the mutant: they changed nothing, but they are there."""
        return -len({id(call) for row in self.passed.rows for call in row.calls})

    @property
    def unseen(self) -> int:
        """Steps that the student's trace cannot show, because they change nothing."""
        return sum(row.status == "skipped" for row in self.passed.rows)


def is_hard_coded(exercise: Exercise, grade: Grade, traces: Sequence[Trace]) -> bool:
    """Right only with the numbers in the file, because the same numbers come out whatever the input."""
    if not grade.only_visible or len(traces) < 2 or not traces[0].calls:
        return False
    ends = [{name: leaf.grad for name, leaf in trace.calls[-1].after.items()} for trace in traces if trace.calls]
    return len(ends) == len(traces) and all(end == ends[0] for end in ends[1:])


def unproven(misconception: str | None, grade: Grade) -> Finding:
    """What is known without a proof: where the first row is that is not right."""
    place = next((place for place, row in enumerate(grade.rows) if row.status in NOT_RIGHT), len(grade.rows))
    rest = grade.rows[place:]
    call = next((row.call for row in rest if row.call), next((row.call for row in reversed(grade.rows) if row.call), None))
    return Finding(
        (misconception,) if misconception else (),
        "fact" if misconception else "alignment",
        call.line if call else None,
        call.called_from if call else None,
        expected=rest[0].expected if rest else {},
        observed=rest[0].observed if rest else {},
    )


def _numbers(grade: Grade) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
    """What the first call left that left something else than expected, and what was expected."""
    for row in grade.rows:
        if any(name in row.observed and row.observed[name] != value for name, value in row.expected.items()):
            return row.expected, row.observed
    return {}, {}


def from_message(raised: Raised, traces: Sequence[Trace], explained: Sequence[Explained]) -> Finding | None:
    """An error of PyTorch's that names its cause. What an explaining mutant calls it is more exact, if it fits."""
    names = of_message(raised, traces)
    if not names:
        return None
    fits = next((each for each in explained if each.mutant.authored or each.mutant.misconception in names), None)
    named = (fits.mutant.misconception,) if fits and fits.mutant.authored else names
    call = next((call for call in traces[0].calls if call.raised is not None), None)
    line = call.line if call else raised.line
    found = fits.changes if fits else ()
    return Finding(named, "message", line, call.called_from if call else None, changes=found, proven=bool(fits))


def from_mutants(exercise: Exercise, explained: Sequence[Explained], grade: Grade, traces: Sequence[Trace]) -> Finding:
    """The simplest of the wrong programs that explain the trace; others that take nothing on trust are named beside it."""
    ranked = sorted(explained, key=lambda each: (each.unasked, not each.mutant.authored, len(each.changes) + each.unseen))
    best = ranked[0]
    sure = [each for each in ranked if each.unasked == best.unasked and (each.unseen < best.unseen or not best.mutant.authored)]
    simple = [each.mutant.misconception for each in sure if len(each.changes) <= len(best.changes)]
    names = tuple(dict.fromkeys([best.mutant.misconception, *simple]))
    same = [each for each in ranked if each.mutant.misconception == names[0]]
    shortest = min(same, key=lambda each: (each.unasked, len(each.changes)))
    return _finding(names, "mutant", shortest.changes, exercise, grade, traces[0])


def from_alignment(
    exercise: Exercise, wrong: Rewritten, passed: Grade, grade: Grade, traces: Sequence[Trace]
) -> tuple[Finding, ...]:
    """One finding for each mistake of a proven alignment, in the order of the file; repetitions on one line are one."""
    findings: dict[tuple[object, ...], Finding] = {}
    labels = dict(wrong.edits)
    tail = _tail(exercise, wrong)
    for edit in with_moves(exercise.steps, wrong.steps, [edit for edit, _ in wrong.edits]):
        change = located(edit, exercise.steps, wrong.steps, passed)
        name = _moved(change) if edit.what == "moved" else labels[edit].misconception
        if edit.what == "left-out" and edit.right >= tail:
            name = "leftover-dropped"
        finding = _finding((name,) if name else (), "alignment", (change,), exercise, grade, traces[0])
        key = (finding.misconceptions, finding.line)
        known = findings.get(key)
        findings[key] = finding if known is None else replace(known, changes=(*known.changes, change))
    return tuple(findings.values())[:MOST_FINDINGS]


def _tail(exercise: Exercise, wrong: Rewritten) -> int:
    """From which step on everything is missing, if that is the last pass of a loop over data."""
    kept = len(exercise.steps)
    gone = {index for edit, label in wrong.edits if edit.what == "left-out" for index in label.right}
    while kept and (kept - 1 in gone or not exercise.steps[kept - 1].is_call):
        kept -= 1
    missing = exercise.steps[kept:]
    backwards = [step for step in missing if step.verb == "backward" and step.loop]
    return kept if backwards and exercise.setup.data else len(exercise.steps)


def _moved(change: Change) -> str | None:
    verb = change.right.verb if change.right else ""
    if verb not in ("zero", "step", "clip"):
        return None
    before, _ = change.between or (None, None)
    late = before is not None and change.line is not None and change.line > before
    return f"{verb}-too-late" if late else f"{verb}-too-early"


def _finding(
    names: tuple[str, ...], source: Source, found: Sequence[Change], exercise: Exercise, grade: Grade, trace: Trace
) -> Finding:
    main = _main(found)
    finding = Finding(
        names,
        source,
        main.line if main else None,
        main.called_from if main else None,
        main.between if main and main.what == "left-out" else None,
        tuple(found),
        True,
        *_numbers(grade),
    )
    if exercise.kind == "predict":
        return finding
    if len({change.line for change in found}) > MOST_FIXES:
        finding = replace(finding, line=unproven(None, grade).line, called_from=None, between=None)
    if not trace.calls and not trace.facts:
        return replace(finding, misconceptions=("nothing-called",), source="fact", line=None, between=None)
    fact = of_facts(exercise, found, trace)
    if fact is not None:
        line = fact[1].line or finding.line
        return replace(finding, misconceptions=(fact[0],), source="fact", line=line, called_from=None, between=None)
    return _of_the_call(finding, main)


def _main(found: Sequence[Change]) -> Change | None:
    """The change to point at: one that a call of the student's shows, rather than one that is only missing."""
    calls = [change for change in found if any(step.is_call for step in (change.right, change.wrong) if step)]
    shown = [change for change in calls if change.what != "left-out"]
    return next(iter(shown or calls or found), None)


def _of_the_call(finding: Finding, main: Change | None) -> Finding:
    """What the student's own call says of itself: a loss that had its backward before, a gradient that was given."""
    if main is None or main.call is None or main.call.kind != "backward":
        return finding
    if main.what == "put-in" and main.call.same_loss and not set(finding.misconceptions) - {"wrong-formula"}:
        return replace(finding, misconceptions=("backward-repeated",), source="fact", line=main.call.line)
    if main.what == "changed" and main.call.gradient_given and "wrong-formula" in finding.misconceptions:
        return replace(finding, misconceptions=("wrong-seed",), source="fact", line=main.call.line)
    return finding
