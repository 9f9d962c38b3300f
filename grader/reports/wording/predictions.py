"""Of an exercise that asks for predictions: the entries, and what is wrong with an answer. Never what is right."""

from __future__ import annotations

from collections.abc import Sequence

from grader.reports.values import value


def entry(number: int, step: str) -> str:
    """A row of a prediction: an entry of the answer, and the step it is about."""
    return f"{number}. {step}"


def entry_too_many(number: int) -> str:
    return f"{number}."


def no_answer() -> str:
    """An answer that is still `...`."""
    return "no answer yet"


def unanswered(name: str) -> str:
    return f"There is no answer for {name} yet."


def wrong_answer(name: str, answer: object) -> str:
    """`answer` is what the student says; what is right is not told."""
    return f"{name} is not {value(answer)}."


def not_asked(name: str) -> str:
    return f"Nobody asks for `{name}` here."


def needs_names(names: Sequence[str]) -> str:
    return f"This entry must be a dict with {' and '.join(f'`{name}`' for name in names)}."


def raises_otherwise(answer: object) -> str:
    """What was foreseen of a step that raises."""
    return f"What happens here is not {value(answer)}."


def about_entry(number: int, sentence: str) -> str:
    return f"Entry {number} of your answer: {sentence[:1].lower()}{sentence[1:]}" if number else sentence


def missing_entry(number: int, many: int) -> str:
    return f"Entry {number} of {many} is missing in your answer."


def entries_too_many(many: int) -> str:
    return f"Your answer has too many entries: {many} are asked for."


def no_list(function: str, many: int) -> str:
    return f"`{function}()` must return a list with {_entries(many)}."


def _entries(many: int) -> str:
    return "one entry" if many == 1 else f"{many} entries"
