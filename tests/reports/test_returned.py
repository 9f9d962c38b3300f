"""A returned value of another kind is said to be one, not that its number is wrong."""

import pytest
from helpers.toy import tensor

from grader.marking.values import Rules
from grader.reports.returned import other_kind

ITEM = "`item()` turns a tensor into a number."


@pytest.mark.parametrize(
    ("observed", "expected", "sentence"),
    [
        (
            12.0,
            tensor(12),
            "The returned value is a Python number, but a tensor was expected. `item()` turns a tensor into a number.",
        ),
        (
            tensor(2),
            2,
            "The returned value is a tensor, but a Python number was expected. `item()` turns a tensor into a number.",
        ),
        (
            (tensor(1), 12),
            (tensor(1), tensor(12)),
            f"Entry 2 of the returned value is a Python number, but a tensor was expected. {ITEM}",
        ),
        (tensor(1), tensor(2), ""),
        (None, tensor(2), ""),
        (tensor(2), tensor(2), ""),
    ],
)
def test_the_sentence(observed, expected, sentence):
    assert other_kind(observed, expected, Rules()) == sentence


def test_there_is_none_if_the_exercise_accepts_both():
    assert other_kind(12.0, tensor(12), Rules(number_is_tensor=True)) == ""
