"""The numbers that the task gives to the steps."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.records.exercise import Exercise, Verb

_ITEM = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |^\S|\Z)", re.MULTILINE | re.DOTALL)

# A word that an item about this verb must have.
_WORDS: Mapping[Verb, tuple[str, ...]] = {
    "backward": ("backward", "grad"),
    "zero": ("zero", "reset", "none", "clear", "empty"),
    "step": ("step",),
    "clip": ("clip",),
    "requires_grad": ("freeze", "requires_grad", "frozen"),
}


def number_in_task(exercise: Exercise, step: int) -> int | None:
    """The number of this step in the numbered list of the task; None if its items are not the steps of the file, one by one."""
    items = [(int(number), text.lower()) for number, text in _ITEM.findall(exercise.task)]
    verbs: dict[int, Verb] = {}
    for each in exercise.steps:
        verbs.setdefault(each.number, each.verb)
    in_order = sorted(verbs)
    if [number for number, _ in items] != list(range(1, len(in_order) + 1)):
        return None
    for number, (_, text) in zip(in_order, items, strict=True):
        words = _WORDS.get(verbs[number], ())
        if words and not any(word in text for word in words):
            return None
    return in_order.index(exercise.steps[step].number) + 1
