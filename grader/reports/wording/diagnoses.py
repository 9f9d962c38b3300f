"""Why something went wrong, in numbers and in words."""

from __future__ import annotations

from collections.abc import Sequence

from grader.reports.values import value


def is_not(name: str, observed: object, expected: object) -> str:
    """What a name holds, and what it should hold."""
    return f"{subject(name)} is {value(observed)}, {value(expected)} was expected."


def subject(name: str) -> str:
    """A name at the beginning of a sentence; no tensor can be called `return`."""
    return "The returned value" if name == "return" else name


def slope(derivative: str | None) -> str:
    """What should have been differentiated, and what comes out."""
    return f"The derivative asked for: {derivative}." if derivative else ""


def another_way() -> str:
    """Where nothing is known but the place."""
    return "Up to here it is as asked; then it goes another way."


def answers_fit(why: Sequence[str]) -> str:
    """Of a prediction: who makes this mistake, or one of these, answers so."""
    return f"Your answers fit two mistakes. {' Or: '.join(why)}" if len(why) > 1 else f"Your answers fit this mistake: {why[0]}"


def times(factor: float) -> str:
    """How a wrong number relates to the right one, where nothing more is known."""
    return f"That is {value(factor)} times as much."


def either(why: Sequence[str]) -> str:
    """Two mistakes that leave exactly the same."""
    return f"Two mistakes look like this. {' Or: '.join(why)}"
