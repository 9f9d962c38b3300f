"""The edits of a proven alignment, each with its name. A call that is missing here and was seen elsewhere is one edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.diagnosis.edits import StepEdit, what_it_does, with_moves
from grader.diagnosis.label import Label
from grader.diagnosis.mutations.program import sets_gradients
from grader.diagnosis.mutations.zero import lands_before_update
from grader.diagnosis.rewrite import Rewritten
from grader.records.exercise import Exercise, Set, Step
from grader.records.misconceptions import MISCONCEPTIONS


def named_edits(exercise: Exercise, wrong: Rewritten) -> Iterator[tuple[StepEdit, str | None]]:
    """Every edit with the word for it, if there is one."""
    labels = dict(wrong.edits)
    are_clear = all(not is_vague_word(label.misconception) for _, label in wrong.edits)
    last_pass = _start_of_missing_last_pass(exercise, wrong) if are_clear else len(exercise.steps)
    edits = list(with_moves(exercise.steps, wrong.steps, [edit for edit, _ in wrong.edits]))
    partners = _recorded_partners(exercise, edits, labels)
    for edit in edits:
        if edit.what == "moved":
            yield edit, _name_of_move(exercise, wrong, edit)
        elif edit in partners and _is_needless_clip(wrong, partners[edit], labels):
            continue
        elif edit in partners:
            yield _as_one_edit(exercise, wrong, edit, partners[edit], labels[partners[edit]].misconception)
        elif edit.what == "left-out":
            yield edit, "leftover-dropped" if edit.right >= last_pass else labels[edit].misconception
        elif edit not in partners.values():
            yield edit, None if _is_needless_clip(wrong, edit, labels) else labels[edit].misconception


def is_vague_word(word: str | None) -> bool:
    """Does it not say in which way something is wrong?"""
    return word is None or MISCONCEPTIONS[word].is_vague


def _recorded_partners(
    exercise: Exercise, edits: Sequence[StepEdit], labels: Mapping[StepEdit, Label]
) -> dict[StepEdit, StepEdit]:
    """For each step that is left out: the recorded call of its kind that was put in elsewhere, if there is one."""
    partners: dict[StepEdit, StepEdit] = {}
    recorded = [edit for edit in edits if edit.what == "put-in" and _is_nameless_or_clip(labels[edit])]
    for edit in edits:
        if edit.what == "left-out":
            step = exercise.steps[edit.right]
            partner = next((each for each in recorded if _can_be(step, edit, each, labels[each])), None)
            if partner is not None:
                recorded.remove(partner)
                partners[edit] = partner
    return partners


def _is_nameless_or_clip(label: Label) -> bool:
    return label.misconception in (None, "clip-too-early", "clip-too-late")


def _can_be(step: Step, gone: StepEdit, came: StepEdit, label: Label) -> bool:
    """Can a recorded call be this step, done wrongly or elsewhere? For a reset, only in its own place."""
    kind = label.group.kind if label.group else None
    if step.verb == "zero":
        return kind == "edit" and label.misconception is None and gone.wrong == came.wrong
    return kind is not None and kind == _kind_of_call(step)


def _kind_of_call(step: Step) -> str | None:
    """The kind of call that a step would be recorded as; None for a step that is never recorded."""
    if isinstance(step.action, Set):
        return "edit" if sets_gradients(step.action) else None
    return {"backward": "backward", "clip": "edit"}.get(step.verb)


def _is_needless_clip(wrong: Rewritten, came: StepEdit, labels: Mapping[StepEdit, Label]) -> bool:
    """Does only the alignment call a clip too early, because no backward of the student follows before the next step?"""
    if came not in labels or labels[came].misconception != "clip-too-early":
        return False
    return next((step.verb for step in wrong.steps[came.wrong + 1 :] if step.verb in ("backward", "step")), "") != "backward"


def _as_one_edit(
    exercise: Exercise, wrong: Rewritten, gone: StepEdit, came: StepEdit, name: str | None
) -> tuple[StepEdit, str | None]:
    """One edit for a call that is missing in one place and was seen in another, where its label has this name."""
    step = exercise.steps[gone.right]
    if step.verb == "set":
        between = wrong.steps[min(gone.wrong, came.wrong) : came.wrong]
        return StepEdit("moved", gone.right, came.wrong), "clip-scaled" if _only_verb(between) == "clip" else "not-unscaled"
    if name is not None:
        return StepEdit("moved", gone.right, came.wrong), name
    return StepEdit("changed", gone.right, came.wrong), {"backward": "wrong-formula", "clip": "wrong-clip"}.get(step.verb)


def _start_of_missing_last_pass(exercise: Exercise, wrong: Rewritten) -> int:
    """The step from which on everything is missing, if that is the last pass of a loop over data; else the end."""
    start = len(exercise.steps)
    gone = {index for edit, label in wrong.edits if edit.what == "left-out" for index in label.right}
    while start and (start - 1 in gone or not exercise.steps[start - 1].is_call):
        start -= 1
    is_pass = any(step.verb == "backward" and step.loop for step in exercise.steps[start:])
    return start if is_pass and exercise.setup.data else len(exercise.steps)


def _name_of_move(exercise: Exercise, wrong: Rewritten, edit: StepEdit) -> str | None:
    """The name for a step in the wrong place. If it moved past calls of one verb only, these may name it."""
    step = exercise.steps[edit.right]
    following = {what_it_does(each) for each in wrong.steps[edit.wrong + 1 :] if each.is_call}
    passed = [each for each in exercise.steps[: edit.right] if each.is_call and what_it_does(each) in following]
    if step.verb == "zero" and lands_before_update(step, wrong.steps, edit.wrong + 1, edit.wrong):
        return "zero-before-step"
    if passed:
        early = {"clip": "clip-too-late", "zero": "zero-too-late"}.get(_only_verb(passed), "step-too-early")
        return early if step.verb == "step" else _known(f"{step.verb}-too-early")
    skipped = [each for each in exercise.steps[edit.right + 1 :] if each.is_call]
    late = {"clip": "clip-too-early", "zero": "zero-before-step"}.get(_only_verb(skipped), "step-too-late")
    return late if step.verb == "step" else _known(f"{step.verb}-too-late")


def _only_verb(steps: Sequence[Step]) -> str:
    verbs = {step.verb for step in steps}
    return verbs.pop() if len(verbs) == 1 else ""


def _known(word: str) -> str | None:
    return word if word in MISCONCEPTIONS else None
