"""The printed catalogue of mistakes."""

import io

import pytest

from grader.records.misconceptions import MISCONCEPTIONS
from grader.reports.misconceptions import show_misconceptions


@pytest.mark.parametrize("width", [60, 100])
def test_every_word_has_its_sentence_and_its_page_below_it(width):
    stream = io.StringIO()
    show_misconceptions(stream, width=width)
    lines = stream.getvalue().splitlines()
    assert max(len(line) for line in lines if "https://" not in line) <= width
    assert [line.strip() for line in lines if "https://" in line] == [each.page for each in MISCONCEPTIONS.values() if each.page]
    assert [line for line in lines if not line.startswith(" ")] == list(MISCONCEPTIONS)
    printed = " ".join(f"{each.word} {each.sentence} {each.page}" for each in MISCONCEPTIONS.values())
    assert stream.getvalue().split() == printed.split()


@pytest.mark.parametrize("sentence", [each.sentence for each in MISCONCEPTIONS.values()], ids=MISCONCEPTIONS.keys())
def test_a_sentence_is_short_and_begins_and_ends_as_one(sentence):
    assert sentence[-1] == "."
    assert sentence[0].isupper() or sentence.startswith(("`", "backward", "torch."))
    assert len(sentence) <= 120
    assert sentence.isascii()
