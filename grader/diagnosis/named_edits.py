"""The edits of a proven alignment, each with its name. A call that is missing here and was seen elsewhere is one edit."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from grader.diagnosis.edits import StepEdit, what_it_does, with_moves
from grader.diagnosis.label import Label
from grader.diagnosis.mutations.program import sets_gradients
from grader.diagnosis.mutations.zero import lands_before_update
from grader.diagnosis.rewrite import Rewritten
from grader.records.exercise import Exercise, Set, Step
from grader.records.misconceptions import MISCONCEPTIONS

# Of one step of the file, so many moves are named one by one.
_MOST_MOVES = 30


def named_edits(exercise: Exercise, wrong: Rewritten) -> Iterator[tuple[StepEdit, str | None]]:
    """Every edit with the word for it, if there is one."""
    labels = dict(wrong.edits)
    moves, needless = _Moves(exercise, wrong), _NeedlessClips(wrong, labels)
    are_clear = all(not is_vague_word(label.misconception) for _, label in wrong.edits)
    last_pass = _start_of_missing_last_pass(exercise, wrong) if are_clear else len(exercise.steps)
    edits = list(with_moves(exercise.steps, wrong.steps, [edit for edit, _ in wrong.edits]))
    partners = _recorded_partners(exercise, edits, labels)
    taken = frozenset(partners.values())
    for edit in edits:
        if edit.what == "moved":
            yield edit, moves.name(edit)
        elif edit in partners and needless.has(partners[edit]):
            continue
        elif edit in partners:
            yield _as_one_edit(exercise, wrong, edit, partners[edit], labels[partners[edit]].misconception)
        elif edit.what == "left-out":
            yield edit, "leftover-dropped" if edit.right >= last_pass else labels[edit].misconception
        elif edit not in taken:
            yield edit, None if needless.has(edit) else labels[edit].misconception


def is_vague_word(word: str | None) -> bool:
    """Does it not say in which way something is wrong?"""
    return word is None or MISCONCEPTIONS[word].is_vague


def _recorded_partners(
    exercise: Exercise, edits: Sequence[StepEdit], labels: Mapping[StepEdit, Label]
) -> dict[StepEdit, StepEdit]:
    """For each step that is left out: the recorded call of its kind that was put in elsewhere, if there is one."""
    waiting: dict[tuple[object, ...], deque[StepEdit]] = {}
    partners: dict[StepEdit, StepEdit] = {}
    taken: set[StepEdit] = set()
    for edit in edits:
        if edit.what == "put-in" and _is_nameless_or_clip(labels[edit]):
            for key in _may_be(edit, labels[edit]):
                waiting.setdefault(key, deque()).append(edit)
    for edit in edits:
        if edit.what == "left-out":
            recorded = waiting.get(_wanted(exercise.steps[edit.right], edit), deque())
            while recorded and recorded[0] in taken:
                recorded.popleft()
            if recorded:
                partners[edit] = recorded.popleft()
                taken.add(partners[edit])
    return partners


def _is_nameless_or_clip(label: Label) -> bool:
    return label.misconception in (None, "clip-too-early", "clip-too-late")


def _may_be(came: StepEdit, label: Label) -> list[tuple[object, ...]]:
    """What a recorded call may be, done wrongly or elsewhere: a step of its kind or, in its own place, a reset."""
    kind = label.group.kind if label.group else None
    if kind is None:
        return []
    return [(kind,), ("zero", came.wrong)] if kind == "edit" and label.misconception is None else [(kind,)]


def _wanted(step: Step, gone: StepEdit) -> tuple[object, ...]:
    """The key (see `_may_be`) of the recorded calls that may be this missing step."""
    return ("zero", gone.wrong) if step.verb == "zero" else (_kind_of_call(step),)


def _kind_of_call(step: Step) -> str | None:
    """The kind of call that a step would be recorded as; None for a step that is never recorded."""
    if isinstance(step.action, Set):
        return "edit" if sets_gradients(step.action) else None
    return {"backward": "backward", "clip": "edit"}.get(step.verb)


class _NeedlessClips:
    """Clips that only the alignment calls too early, because no backward of the student follows before the next step."""

    def __init__(self, wrong: Rewritten, labels: Mapping[StepEdit, Label]) -> None:
        self.steps, self.labels = wrong.steps, labels

    def has(self, came: StepEdit) -> bool:
        if came not in self.labels or self.labels[came].misconception != "clip-too-early":
            return False
        place = bisect_right(self._backwards_and_steps, came.wrong)
        following = self._backwards_and_steps[place : place + 1]
        return not following or self.steps[following[0]].verb != "backward"

    @cached_property
    def _backwards_and_steps(self) -> Sequence[int]:
        return [index for index, step in enumerate(self.steps) if step.verb in ("backward", "step")]


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


class _Moves:
    """The names for steps in the wrong place. In a long program, the later passes of a step are named like the first ones."""

    def __init__(self, exercise: Exercise, wrong: Rewritten) -> None:
        self.exercise, self.wrong = exercise, wrong
        self._names: dict[int, list[str | None]] = {}

    def name(self, edit: StepEdit) -> str | None:
        names = self._names.setdefault(self.exercise.steps[edit.right].number, [])
        if len(names) == _MOST_MOVES:
            return names[-1]
        names.append(_name_of_move(self.exercise, self.wrong, edit))
        return names[-1]


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
