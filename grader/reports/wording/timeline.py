"""The timeline: its headings, the rows that are not steps, and the notes below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.records.grade import BrokenRule
from grader.records.result import Status, StepResult

RETURNED = "the returned value"
OTHER_DATA = "the same with other data"

ONLY_OWN_DATA = (
    "Right with the data in the exercise, wrong with other data: the function also gets lists of other lengths or tensors of "
    "other sizes, and it must not rely on those in the exercise."
)

STATUS: Mapping[Status, str] = {
    "matched": "right",
    "carried": "right, after an earlier mistake",
    "wrong": "wrong",
    "missing": "missing",
    "unexpected": "unexpected",
    "skipped": "optional, left out",
}

_UNEXPECTED_CALLS: Mapping[str, str] = {
    "backward": "a backward() call",
    "zero": "a reset of .grad",
    "step": "an optimizer step",
    "edit": "a change of .grad",
    "update": "a change of a tensor's value",
}

_ONLY_VISIBLE: Mapping[Status, str] = {
    "wrong": "Right with the numbers in the exercise, wrong with other numbers: "
    "the result does not depend on the input as it should.",
    "missing": "Done with the numbers in the exercise, but not with other numbers: with those, the function runs other lines.",
    "unexpected": "Done only with other numbers than those in the exercise: with those, the function runs other lines.",
}


def headings(name: str, *, answers: bool, to_student: bool) -> tuple[str, str, str, str, str]:
    """Of the columns step, call, expected, observed and status.

    `name` is the name that all values have, if it is only one. `answers`: what is observed are a student's answers.
    `to_student`: the reader is the student whose calls these are.
    """
    your, of = "your " if to_student else "", f" {name}" if name else ""
    return ("step", f"{your}call", f"expected{of}", f"{your}answer{of}" if answers else f"observed{of}", "status")


def returned_number(index: Sequence[int]) -> str:
    """A Python number where a tensor is expected."""
    return f"{_returned_entry(index)} is a Python number, but a tensor was expected. `item()` turns a tensor into a number."


def returned_tensor(index: Sequence[int]) -> str:
    """A tensor where a Python number is expected."""
    return f"{_returned_entry(index)} is a tensor, but a Python number was expected. `item()` turns a tensor into a number."


def _returned_entry(index: Sequence[int]) -> str:
    return f"Entry {'.'.join(str(each + 1) for each in index)} of {RETURNED}" if index else RETURNED.capitalize()


def expected(texts: str) -> str:
    return f"expected {texts}"


def observed(texts: str, *, answers: bool) -> str:
    return f"{'your answer' if answers else 'observed'} {texts}"


def unexpected_call(kind: str) -> str:
    """A call that no step expects, by its effect: `backward`, `zero`, `step`, `edit`, `update`."""
    return _UNEXPECTED_CALLS.get(kind, "a call")


def rule(broken: BrokenRule) -> str:
    """The row of a rule in the timeline."""
    return f"use {broken.name}" if broken.key == "uses" else f"do not use {broken.name}"


def broken_rule(broken: BrokenRule) -> str:
    """What broke a rule of the exercise."""
    hidden = " with other numbers than those in the exercise" if broken.only_hidden else ""
    if broken.key == "uses":
        return f"`{broken.name}` was never called{hidden}. This exercise asks for it."
    if broken.called in ("", broken.name):
        return f"`{broken.name}` was called{hidden}. This exercise forbids it."
    return f"`{broken.called}` was called{hidden}. This exercise forbids `{broken.name}`."


def status(step: StepResult) -> str:
    """The status of a step in a few words."""
    return f"{STATUS[step.status]} with other numbers" if step.only_visible else STATUS[step.status]


def only_visible(status: Status) -> str:
    """What only the hidden cases show."""
    return _ONLY_VISIBLE[status]


def about_expected(note: str) -> str:
    """The author's note on a step that is wrong. It says what the right step does."""
    return f"The exercise expects: {note}"


def note(text: str, steps: Sequence[str]) -> str:
    """A note with the steps that it is about."""
    return f"{', '.join(dict.fromkeys(steps))}: {text}"
