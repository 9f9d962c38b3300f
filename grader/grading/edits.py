"""What makes one program of steps into another: which steps were left out, put in, changed or moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from grader.records.exercise import Look, Step


@dataclass(frozen=True, slots=True)
class Edit:
    """One change from the right program to a wrong one.

    `right` is the index of the step in the right program (for `put-in`: of the step it stands before), `wrong` that in
    the wrong one (for `left-out`: of the step that follows the gap).
    """

    what: Literal["left-out", "put-in", "changed", "moved"]
    right: int
    wrong: int


def edits_between(right: Sequence[Step], wrong: Sequence[Step]) -> tuple[Edit, ...]:
    """The edits that turn `right` into `wrong`, in the order of the wrong program."""
    matcher = SequenceMatcher(None, [_key(step) for step in right], [_key(step) for step in wrong], autojunk=False)
    edits: list[Edit] = []
    for what, right_start, right_end, wrong_start, wrong_end in matcher.get_opcodes():
        if what != "equal":
            edits += _block(right, wrong, range(right_start, right_end), range(wrong_start, wrong_end))
    return _with_moves(right, wrong, edits)


def _block(right: Sequence[Step], wrong: Sequence[Step], olds: range, news: range) -> list[Edit]:
    """Steps of one verb stand for each other in their order; the rest was left out or put in."""
    edits: list[Edit] = []
    waiting = list(news)
    for old in olds:
        partner = next((new for new in waiting if wrong[new].verb == right[old].verb), None)
        if partner is None:
            edits.append(Edit("left-out", old, waiting[0] if waiting else news.stop))
            continue
        edits += [Edit("put-in", old, new) for new in waiting[: waiting.index(partner)]]
        waiting = waiting[waiting.index(partner) + 1 :]
        edits.append(Edit("changed", old, partner))
    return edits + [Edit("put-in", olds.stop, new) for new in waiting]


def _with_moves(right: Sequence[Step], wrong: Sequence[Step], edits: list[Edit]) -> tuple[Edit, ...]:
    """A step left out here and put in there was moved."""
    moved: list[Edit] = []
    rest = list(edits)
    for gone in [edit for edit in edits if edit.what == "left-out"]:
        came = next((edit for edit in rest if edit.what == "put-in" and _key(wrong[edit.wrong]) == _key(right[gone.right])), None)
        if came is not None:
            rest.remove(gone)
            rest.remove(came)
            moved.append(Edit("moved", gone.right, came.wrong))
    return tuple(sorted(moved + rest, key=lambda edit: (edit.wrong, edit.right)))


def _key(step: Step) -> tuple[object, ...]:
    return (step.verb, step.action)


def asked_alike(right: Sequence[Step], wrong: Sequence[Step]) -> tuple[Step, ...]:
    """The wrong program with a look wherever the right one has one: what would its author have predicted there?"""
    edits = edits_between(right, wrong)
    kept = _partners(right, wrong, edits)
    steps: list[Step] = []
    old = 0
    for new, step in enumerate(wrong):
        partner = kept.get(new)
        while partner is not None and old < partner:
            steps += _look(right[old])
            old += 1
        if partner is None:
            steps.append(replace(step, expect=(), raises=None))
        else:
            steps.append(replace(step, expect=right[partner].expect, raises=None))
            old = partner + 1
    return (*steps, *(look for step in right[old:] for look in _look(step)))


def _partners(right: Sequence[Step], wrong: Sequence[Step], edits: Sequence[Edit]) -> dict[int, int]:
    """For each step of the wrong program that stands where the right one has one: the index of that one."""
    gone = {edit.right for edit in edits if edit.what in ("left-out", "moved")}
    came = {edit.wrong for edit in edits if edit.what in ("put-in", "moved")}
    olds = [index for index in range(len(right)) if index not in gone]
    news = [index for index in range(len(wrong)) if index not in came]
    return dict(zip(news, olds, strict=True))


def _look(step: Step) -> list[Step]:
    """What a left-out step asked for, asked without performing it."""
    if not step.expect:
        return []
    return [replace(step, verb="look", action=Look(), raises=None, optional=False)]
