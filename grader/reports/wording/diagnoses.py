"""Why an exercise was not passed, with the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from grader.reports.values import value

# Only the place is known.
CALLS_DIFFER = "Your calls differ from the exercise from here on."


def is_not(name: str, observed: object, expected: object) -> str:
    """What a name holds, and what it should hold."""
    return f"{subject(name)} is {value(observed)}, {value(expected)} was expected."


def subject(name: str) -> str:
    """A name at the beginning of a sentence. No tensor can be called `return`."""
    return "The returned value" if name == "return" else name


def expected_derivative(derivative: str | None) -> str:
    """The derivative of the expected loss."""
    return f"The expected derivative: {derivative}." if derivative else ""


def answers_fit(why: Sequence[str]) -> str:
    """The mistake, or the mistakes, that lead to these answers in a prediction."""
    return (
        f"Your answers fit two mistakes. Either: {' Or: '.join(why)}"
        if len(why) > 1
        else f"Your answers fit this mistake: {why[0]}"
    )


def times(factor: float) -> str:
    """How many times too large a number is, if nothing else is known."""
    return f"That is {value(factor)} times as much."


def either(why: Sequence[str]) -> str:
    """Two mistakes that have the same effect."""
    return f"This is one of two mistakes. Either: {' Or: '.join(why)}"
