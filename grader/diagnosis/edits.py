"""The edits between two programs of steps: which steps were left out, put in, changed or moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from grader.records.exercise import Look, Step


@dataclass(frozen=True, slots=True)
class StepEdit:
    """One change from the right program to a wrong one.

    `right` is the index of the step in the right program (for `put-in`: of the step that it stands before), `wrong` its
    index in the wrong one (for `left-out`: the index of the step that follows the gap).
    """

    what: Literal["left-out", "put-in", "changed", "moved"]
    right: int
    wrong: int


# The weight of an unchanged step: a moved zero is likelier than a moved backward.
_WEIGHTS: Mapping[str, int] = {"backward": 420, "step": 300, "set": 300, "let": 300, "clip": 200}
_OTHER_WEIGHT = 100
# Between equal readings, more changed steps win: they are fewer edits than steps left out and put in.
_CHANGED = 1


def edits_between(right: Sequence[Step], wrong: Sequence[Step]) -> tuple[StepEdit, ...]:
    """The edits that turn `right` into `wrong`, in the order of the wrong program."""
    edits: list[StepEdit] = []
    old = new = 0
    for kept_old, kept_new in (*_common_subsequence(right, wrong), (len(right), len(wrong))):
        edits += _edits_between_unchanged(right, wrong, range(old, kept_old), range(new, kept_new))
        old, new = kept_old + 1, kept_new + 1
    return with_moves(right, wrong, edits)


def _common_subsequence(right: Sequence[Step], wrong: Sequence[Step]) -> list[tuple[int, int]]:
    """The unchanged steps: the heaviest common subsequence, as pairs of indices. Of equal ones, the earliest."""
    table = [[0] * (len(wrong) + 1) for _ in range(len(right) + 1)]
    for i in reversed(range(len(right))):
        for j in reversed(range(len(wrong))):
            here = table[i + 1][j + 1] + _weight(right[i], wrong[j])
            table[i][j] = max(here, table[i + 1][j], table[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(right) and j < len(wrong):
        weight = _weight(right[i], wrong[j])
        if weight and table[i][j] == table[i + 1][j + 1] + weight:
            pairs += [(i, j)] if weight > _CHANGED else []
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _weight(right: Step, wrong: Step) -> int:
    if what_it_does(right) == what_it_does(wrong):
        return _WEIGHTS.get(right.verb, _OTHER_WEIGHT)
    return _CHANGED if right.verb == wrong.verb else 0


def _edits_between_unchanged(right: Sequence[Step], wrong: Sequence[Step], olds: range, news: range) -> list[StepEdit]:
    """Steps of the same verb are paired in their order, as changed. The rest was left out or put in."""
    edits: list[StepEdit] = []
    waiting = list(news)
    for old in olds:
        later = sum(right[each].verb == right[old].verb for each in olds if each > old)
        partner = _most_similar(right[old], wrong, waiting, later)
        if partner is None:
            edits.append(StepEdit("left-out", old, waiting[0] if waiting else news.stop))
            continue
        edits += [StepEdit("put-in", old, new) for new in waiting[: waiting.index(partner)]]
        waiting = waiting[waiting.index(partner) + 1 :]
        edits.append(StepEdit("changed", old, partner))
    return edits + [StepEdit("put-in", olds.stop, new) for new in waiting]


def _most_similar(step: Step, wrong: Sequence[Step], among: Sequence[int], later: int) -> int | None:
    """The step of the same verb with the most similar action. If possible, it leaves a step for each of the `later` ones."""
    same = [new for new in among if wrong[new].verb == step.verb]
    same = same[: max(1, len(same) - later)]
    return max(same, key=lambda new: SequenceMatcher(None, repr(step.action), repr(wrong[new].action)).ratio(), default=None)


def with_moves(right: Sequence[Step], wrong: Sequence[Step], edits: Sequence[StepEdit]) -> tuple[StepEdit, ...]:
    """The edits in which a step that was left out here and put in there counts as moved."""
    moved: list[StepEdit] = []
    rest = list(edits)
    for gone in [edit for edit in edits if edit.what == "left-out"]:
        came = next((edit for edit in rest if edit.what == "put-in" and _is_moved(right[gone.right], wrong[edit.wrong])), None)
        if came is not None:
            rest.remove(gone)
            rest.remove(came)
            moved.append(StepEdit("moved", gone.right, came.wrong))
    return tuple(sorted(moved + rest, key=lambda edit: (edit.wrong, edit.right)))


def _is_moved(gone: Step, came: Step) -> bool:
    """The same action elsewhere. Any reset counts as the same, because there are several spellings."""
    return gone.verb == came.verb == "zero" or what_it_does(gone) == what_it_does(came)


def what_it_does(step: Step) -> tuple[object, ...]:
    """Equal for steps that do the same, wherever they come from."""
    return step.verb, step.action


def with_same_expectations(right: Sequence[Step], wrong: Sequence[Step]) -> tuple[Step, ...]:
    """The wrong program, with the `expect`s of the right one: the answers that it gives to a `predict` exercise."""
    edits = edits_between(right, wrong)
    kept = partners(right, wrong, edits)
    steps: list[Step] = []
    old = 0
    for new, step in enumerate(wrong):
        partner = kept.get(new)
        while partner is not None and old < partner:
            steps += _look_instead_of(right[old])
            old += 1
        if partner is None:
            steps.append(replace(step, expect=(), raises=None))
        else:
            steps.append(replace(step, expect=right[partner].expect, raises=None))
            old = partner + 1
    return (*steps, *(look for step in right[old:] for look in _look_instead_of(step)))


def partners(right: Sequence[Step], wrong: Sequence[Step], edits: Sequence[StepEdit]) -> dict[int, int]:
    """For each kept or changed step of the wrong program, by index: the index of its right step."""
    gone = {edit.right for edit in edits if edit.what in ("left-out", "moved")}
    came = {edit.wrong for edit in edits if edit.what in ("put-in", "moved")}
    olds = [index for index in range(len(right)) if index not in gone]
    news = [index for index in range(len(wrong)) if index not in came]
    return dict(zip(news, olds, strict=True))


def _look_instead_of(step: Step) -> list[Step]:
    """The `expect`s of a step that was left out, without its action."""
    if not step.expect:
        return []
    return [replace(step, verb="look", action=Look(), written=None, raises=None, optional=False)]
