"""The timeline: its headings, rows that are no steps, and notes beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.records.result import Status, StepResult

STATUS: Mapping[Status, str] = {
    "matched": "right",
    "carried": "right, on a gradient that was already off",
    "wrong": "wrong",
    "missing": "missing",
    "unexpected": "not asked for",
    "skipped": "optional, left out",
}


_UNASKED: Mapping[str, str] = {
    "backward": "a backward",
    "zero": "a reset of .grad",
    "step": "a step of an optimizer",
    "edit": "a change of .grad",
    "update": "a change of a tensor's value",
}


_HIDDEN: Mapping[Status, str] = {
    "wrong": "right with the numbers in the exercise, wrong with others: what it leaves does not follow the input",
    "missing": "done with the numbers in the exercise, not with others: the function goes another way there",
    "unexpected": "only done with other numbers than those in the exercise: the function goes another way there",
}


def headings(name: str, *, answers: bool) -> tuple[str, ...]:
    """Of step, call, what was expected, what was observed, and status. `answers`: they are not observed but given."""
    of = f" {name}" if name else ""
    return ("step", "your call", f"expected{of}", f"your answer{of}" if answers else f"observed{of}", "status")


def observed(texts: str, *, answers: bool) -> str:
    return f"{'you say' if answers else 'observed'} {texts}"


def returned() -> str:
    return "the returned value"


def unasked(kind: str) -> str:
    """A call that no step asks for, by its effect: `backward`, `zero`, `step`, `edit`, `update`."""
    return _UNASKED.get(kind, "a call")


def status(step: StepResult) -> str:
    """How a step stands, in a few words."""
    return f"{STATUS[step.status]} with other numbers" if step.only_visible else STATUS[step.status]


def only_visible(status: Status) -> str:
    """Something that hidden cases show, and the numbers in the exercise do not."""
    sentence = _HIDDEN[status]
    return f"{sentence[0].upper()}{sentence[1:]}."


def note(text: str, steps: Sequence[str]) -> str:
    """A note with the steps that it is about."""
    return f"{', '.join(dict.fromkeys(steps))}: {text}"
