"""Why it went wrong: a proven wrong program, or an alignment, turned into findings.

The sources in their order: PyTorch's own message, facts seen on the way, a mutant that gives the same trace in every
case, and the labelled alignment once the reference has performed it and left what the student's function left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.diagnosis.changes import located
from grader.diagnosis.edits import StepEdit, with_moves
from grader.diagnosis.labels import Label
from grader.diagnosis.mutations import Mutant
from grader.diagnosis.mutations.backward import name_of_last_pass
from grader.diagnosis.mutations.program import sets_gradients
from grader.diagnosis.mutations.zero import lands_before_update
from grader.diagnosis.naming import of_facts, of_message
from grader.diagnosis.resets import tensor_by_tensor
from grader.diagnosis.rewrite import Rewritten
from grader.marking.values import difference_of_values, rules_of
from grader.records.exercise import Exercise, Set, Step
from grader.records.finding import Change, Finding, FindingSource
from grader.records.grade import Grade
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.result import NOT_RIGHT
from grader.records.trace import Raised, ReferenceRun, TensorValue, Trace, Value

MOST_FINDINGS = 3
MOST_FIXES = 3
_VAGUE = ("wrong-formula",)

# Where both fit, the second says what is known of the first.
_IMPLIED = {"loss-overwritten": "backward-missing"}


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

    @property
    def length(self) -> int:
        """How much must be believed."""
        return len(self.changes) + self.unseen

    @property
    def preparing(self) -> int:
        """Changes of steps that are no calls, of which only the effect is seen."""
        return sum(not any(step.is_call for step in (change.right, change.wrong) if step) for change in self.changes)


def left_out(exercise: Exercise, gone: Sequence[int], trace: Trace) -> Finding:
    """The last pass of a loop is missing: it belongs behind everything else."""
    last = trace.calls[-1] if trace.calls else None
    line, called_from = (last.line, last.called_from) if last else (None, None)
    found = tuple(Change("left-out", exercise.steps[index], None, None, line, None, (line, None)) for index in gone)
    return Finding((name_of_last_pass(exercise),), "alignment", line, called_from, (line, None), found, True)


def is_hard_coded(exercise: Exercise, grade: Grade, traces: Sequence[Trace]) -> bool:
    """Right only with the numbers in the file, because the same numbers come out whatever the input."""
    if not grade.only_visible or len(traces) < 2 or not traces[0].calls:
        return False
    left = [[{name: leaf.grad for name, leaf in call.after.items()} for call in trace.calls] for trace in traces]
    holds_something = any(grad is not None for state in left[0] for grad in state.values())
    return holds_something and all(each == left[0] for each in left[1:])


def is_packed(exercise: Exercise, expected: Sequence[ReferenceRun], grade: Grade, traces: Sequence[Trace]) -> bool:
    """Is all else right, and what was returned a tuple or a list with nothing but the answer in it, in every case?"""
    if any(row.status in NOT_RIGHT and row.kind != "returns" for row in grade.rows):
        return False
    pairs = [(trace.ending.returned, run.returned) for trace, run in zip(traces, expected, strict=False)]
    return all(
        isinstance(returned, tuple)
        and len(returned) == 1
        and difference_of_values(returned[0], answer, rules_of(exercise)) is None
        for returned, answer in pairs
    )


def takes_none_for_zero(grade: Grade, is_explained: bool) -> bool:
    """Are the answers of a prediction right but for None where 0 belongs, or 0 where None does?

    If all of them are explained, the first that is wrong says why.
    """
    wrong = [row for row in grade.rows if row.status in NOT_RIGHT][: 1 if is_explained else None]
    pairs = [(row.expected.get(name), row.observed.get(name, True)) for row in wrong for name in row.differs]
    return bool(pairs) and all(row.differs for row in wrong) and all(_is_none_and_zero(*pair) for pair in pairs)


def _is_none_and_zero(one: Value, other: Value) -> bool:
    return (one is None and _is_zero(other)) or (other is None and _is_zero(one))


def _is_zero(value: Value) -> bool:
    match value:
        case TensorValue(data=data):
            return not any(data)
        case bool():
            return False
        case int() | float():
            return value == 0
        case tuple():
            return bool(value) and all(map(_is_zero, value))
    return False


def called_nothing(traces: Sequence[Trace]) -> bool:
    """Did the function neither call backward nor anything that was meant to be it?"""
    return not any(trace.calls or trace.facts for trace in traces)


def unproven(misconception: str | None, grade: Grade) -> Finding:
    """What is known without a proof: where the first row is that is not right."""
    place = next((place for place, row in enumerate(grade.rows) if row.status in NOT_RIGHT), len(grade.rows))
    rest = grade.rows[place:]
    last = next((row.call for row in reversed(grade.rows) if row.call), None)
    call = next((row.call for row in rest if row.call), None if rest and rest[0].kind == "returns" else last)
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
        if row.differs:
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
    ranked = sorted(explained, key=lambda each: (each.unasked, not each.mutant.authored, each.length))
    best = ranked[0]
    sure = [each for each in ranked if each.unasked == best.unasked and (each.unseen < best.unseen or not best.mutant.authored)]
    simple = [each.mutant.misconception for each in sure if len(each.changes) <= len(best.changes)]
    names = tuple(dict.fromkeys([best.mutant.misconception, *simple]))
    names = tuple(name for name in names if _IMPLIED.get(name) not in names)
    shortest = [_shortest([each for each in ranked if each.mutant.misconception == name]) for name in names]
    finding = _finding(names, "mutant", shortest[0].changes, exercise, grade, traces[0])
    agree = all(_undoing(each.changes) == _undoing(shortest[0].changes) for each in shortest[1:])
    return replace(finding, one_fix=agree)


def _shortest(explained: Sequence[Explained]) -> Explained:
    return min(explained, key=lambda each: (each.unasked, each.length, each.unseen + each.preparing))


def _undoing(changes: Sequence[Change]) -> set[tuple[object, ...]]:
    """What somebody must do who undoes these changes."""
    return {(each.what, each.line, each.between, each.right and each.right.as_written) for each in changes}


def from_alignment(
    exercise: Exercise, wrong: Rewritten, passed: Grade, grade: Grade, traces: Sequence[Trace]
) -> tuple[Finding, ...]:
    """One finding for each mistake of a proven alignment, in the order of the file; repetitions on one line are one."""
    findings: dict[tuple[object, ...], Finding] = {}
    for edit, name in _named_edits(exercise, wrong):
        change = located(edit, exercise.steps, wrong.steps, passed)
        if _is_there(change, traces[0]):
            continue
        finding = _finding((name,) if name else (), "alignment", (change,), exercise, grade, traces[0])
        key = (finding.line, _told_once(change)) if _told_once(change) else (finding.line, finding.misconceptions)
        findings[key] = _together(findings[key], finding) if key in findings else finding
    return _in_short(list(findings.values()))


def _is_there(change: Change, trace: Trace) -> bool:
    """Is a reset that is missing called in its very place, and stands for another only because resets commute?"""
    before, after = change.between or (None, None)
    if change.what != "left-out" or change.right is None or change.right.verb != "zero" or before is None or after is None:
        return False
    return any(call.kind == "zero" and call.line is not None and before < call.line < after for call in trace.calls)


def _in_short(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Nothing nameless beside what has a name, nothing more of a line that a fact explains, and the numbers only once."""
    facts = {finding.line for finding in findings if finding.source == "fact"}
    named = [each for each in findings if each.misconceptions and (each.source == "fact" or each.line not in facts)]
    told = (named or findings)[:MOST_FINDINGS]
    return (*told[:1], *(replace(each, expected={}, observed={}) for each in told[1:]))


def _told_once(change: Change) -> str | None:
    """What a line is told only once, whatever it is called: a wrong loss, a zero that nobody asked for."""
    if change.what == "changed" and change.right is not None and change.right.verb == "backward":
        return "loss"
    return "zero" if change.what == "put-in" and change.wrong is not None and change.wrong.verb == "zero" else None


def _together(one: Finding, other: Finding) -> Finding:
    """What went wrong on one line, told once: by the exact name if there is one, by the wide one if there are two."""
    names = dict.fromkeys((*one.misconceptions, *other.misconceptions))
    exact = [name for name in names if name not in _VAGUE] or list(names)
    wide = [name for name in exact if name == "wrong-divisor"]
    return replace(one, misconceptions=tuple((wide or exact)[:1]), changes=(*one.changes, *other.changes))


def _named_edits(exercise: Exercise, wrong: Rewritten) -> Iterator[tuple[StepEdit, str | None]]:
    """Every edit with its name; what is missing here and was recorded there is one call that went wrong."""
    labels = dict(wrong.edits)
    vague = any(label.misconception in (None, *_VAGUE) for _, label in wrong.edits)
    tail = len(exercise.steps) if vague else _tail(exercise, wrong)
    edits = list(with_moves(exercise.steps, wrong.steps, [edit for edit, _ in wrong.edits]))
    partners = _partners(exercise, edits, labels)
    for edit in edits:
        if edit.what == "moved":
            yield edit, _moved(exercise, wrong, edit)
        elif edit in partners and _is_early_for_nothing(wrong, partners[edit], labels):
            continue
        elif edit in partners:
            yield _as_one(exercise, wrong, edit, partners[edit], labels[partners[edit]].misconception)
        elif edit.what == "left-out":
            yield edit, "leftover-dropped" if edit.right >= tail else labels[edit].misconception
        elif edit not in partners.values():
            yield edit, None if _is_early_for_nothing(wrong, edit, labels) else labels[edit].misconception


def _partners(exercise: Exercise, edits: Sequence[StepEdit], labels: Mapping[StepEdit, Label]) -> dict[StepEdit, StepEdit]:
    """For what is left out the recorded call of its kind that was put in elsewhere, if there is one."""
    partners: dict[StepEdit, StepEdit] = {}
    recorded = [edit for edit in edits if edit.what == "put-in" and _may_stand_in(labels[edit])]
    for edit in edits:
        if edit.what == "left-out":
            partner = next((each for each in recorded if _may_be(exercise.steps[edit.right], edit, each, labels[each])), None)
            if partner is not None:
                recorded.remove(partner)
                partners[edit] = partner
    return partners


def _is_early_for_nothing(wrong: Rewritten, came: StepEdit, labels: Mapping[StepEdit, Label]) -> bool:
    """Was it called too early only as the alignment goes? No backward of the student's follows before the next step."""
    if came not in labels or labels[came].misconception != "clip-too-early":
        return False
    return next((step.verb for step in wrong.steps[came.wrong + 1 :] if step.verb in ("backward", "step")), "") != "backward"


def _may_stand_in(label: Label) -> bool:
    return label.misconception in (None, "clip-too-early", "clip-too-late")


def _as_one(
    exercise: Exercise, wrong: Rewritten, gone: StepEdit, came: StepEdit, name: str | None
) -> tuple[StepEdit, str | None]:
    """A call that is missing in one place and was seen in another, where `name` is its name."""
    step = exercise.steps[gone.right]
    if step.verb == "set":
        between = wrong.steps[min(gone.wrong, came.wrong) : came.wrong]
        return StepEdit("moved", gone.right, came.wrong), "clip-scaled" if _only_verb(between) == "clip" else "not-unscaled"
    if name is not None:
        return StepEdit("moved", gone.right, came.wrong), name
    return StepEdit("changed", gone.right, came.wrong), {"backward": "wrong-formula", "clip": "wrong-clip"}.get(step.verb)


def _may_be(step: Step, gone: StepEdit, came: StepEdit, label: Label) -> bool:
    """Is a recorded call this step, done wrongly or elsewhere? What stands for a reset stands in its very place."""
    kind = label.group.kind if label.group else None
    if step.verb == "zero":
        return kind == "edit" and label.misconception is None and gone.wrong == came.wrong
    return kind is not None and kind == _kind_of_step(step)


def _kind_of_step(step: Step) -> str | None:
    """What a step that is known by its effect only would be seen as."""
    if isinstance(step.action, Set):
        return "edit" if sets_gradients(step.action) else None
    return {"backward": "backward", "clip": "edit"}.get(step.verb)


def vagueness(found: Sequence[Finding]) -> tuple[int, int, int]:
    """Of several proven readings the one to tell: named, by exact names, and short."""
    return sum(not each.misconceptions for each in found), sum(map(is_vague, found)), len(found)


def is_vague(finding: Finding) -> bool:
    """Is only the line known, not what is wrong there?"""
    return not finding.misconceptions or any(name in _VAGUE for name in finding.misconceptions)


def _tail(exercise: Exercise, wrong: Rewritten) -> int:
    """From which step on everything is missing, if that is the last pass of a loop over data."""
    kept = len(exercise.steps)
    gone = {index for edit, label in wrong.edits if edit.what == "left-out" for index in label.right}
    while kept and (kept - 1 in gone or not exercise.steps[kept - 1].is_call):
        kept -= 1
    missing = exercise.steps[kept:]
    backwards = [step for step in missing if step.verb == "backward" and step.loop]
    return kept if backwards and exercise.setup.data else len(exercise.steps)


def _moved(exercise: Exercise, wrong: Rewritten, edit: StepEdit) -> str | None:
    """A step that stands elsewhere, named by itself or, if it passed calls of one other kind only, by those."""
    step = exercise.steps[edit.right]
    following = [each for each in wrong.steps[edit.wrong + 1 :] if each.is_call]
    before = [key for each in following if (key := (each.verb, each.action))]
    passed = [each for each in exercise.steps[: edit.right] if each.is_call and (each.verb, each.action) in before]
    if step.verb == "zero" and lands_before_update(step, wrong.steps, edit.wrong + 1, edit.wrong):
        return "zero-before-step"
    if passed:
        early = {"clip": "clip-too-late", "zero": "zero-too-late"}.get(_only_verb(passed), f"{step.verb}-too-early")
        return early if step.verb == "step" else _named(f"{step.verb}-too-early")
    skipped = [each for each in exercise.steps[edit.right + 1 :] if each.is_call]
    late = {"clip": "clip-too-early", "zero": "zero-before-step"}.get(_only_verb(skipped), f"{step.verb}-too-late")
    return late if step.verb == "step" else _named(f"{step.verb}-too-late")


def _only_verb(steps: Sequence[Step]) -> str:
    verbs = {step.verb for step in steps}
    return verbs.pop() if len(verbs) == 1 else ""


def _named(word: str) -> str | None:
    return word if word in MISCONCEPTIONS else None


def _finding(
    names: tuple[str, ...], source: FindingSource, found: Sequence[Change], exercise: Exercise, grade: Grade, trace: Trace
) -> Finding:
    found = tensor_by_tensor(found)
    main = _main(found)
    finding = Finding(
        names,
        source,
        main.line if main else None,
        main.called_from if main else None,
        main.between if main and main.what == "left-out" else None,
        found,
        True,
        *_numbers(grade),
    )
    if exercise.kind == "predict":
        return finding
    if len({change.line for change in found}) > MOST_FIXES:
        finding = replace(finding, line=unproven(None, grade).line, called_from=None, between=None)
    if called_nothing((trace,)):
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
