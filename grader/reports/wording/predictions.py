"""Exercises that ask for predictions: the entries, and what is wrong with an answer. Never the right answer."""

from __future__ import annotations

from collections.abc import Sequence

from grader.reports.values import counted, value

# An answer that is still `...`.
NO_ANSWER = "no answer yet"


def entry(number: int, step: str) -> str:
    """A row of a prediction: an entry of the answer, and the step it is about."""
    return f"{number}. {step}"


def entry_too_many(number: int) -> str:
    return f"{number}."


def unanswered(name: str) -> str:
    return f"There is no answer for {name} yet."


def wrong_answer(name: str, answer: object) -> str:
    return f"{name} is not {value(answer)}."


def not_asked(name: str) -> str:
    return f"The exercise does not ask for `{name}` here."


def needs_names(names: Sequence[str]) -> str:
    return f"This entry must be a dict with {' and '.join(f'`{name}`' for name in names)}."


def raises_otherwise(answer: object) -> str:
    """A wrong answer to a step that raises."""
    return f"{value(answer)} is not what happens here."


def about_entry(number: int, sentence: str) -> str:
    return f"Entry {number} of your answer: {sentence}"


def missing_entry(number: int, many: int) -> str:
    return f"Entry {number} of {many} is missing from your answer."


def entries_too_many(many: int) -> str:
    return f"Your answer has too many entries: the exercise expects {many}."


def no_list(function: str, many: int) -> str:
    return f"`{function}()` must return a list with {counted(many, 'entry', 'entries')}."
