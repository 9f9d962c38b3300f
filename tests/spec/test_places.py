"""The carets are below the right characters for every YAML style."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.expressions.tree import Span
from grader.spec.yaml_source import read_text


def shown(source, path, span):
    where = source.where(path, span=span)
    return where.text[where.column - 1 : where.column - 1 + where.width]


@pytest.mark.parametrize(
    "text",
    [
        "a: x + foo*y\n",
        "a: 'x + foo*y'\n",
        'a: "x + foo*y"\n',
        'a: "x \\x2b foo*y"\n',
        'a: "x +\\x20foo*y"\n',
        'a: "x +\\\n  foo*y"\n',
        "a: x +\n  foo*y\n",
        "a: |\n  x +\n  foo*y\n",
        "a: |-  # a comment\n  x + foo*y\n",
        "a: >\n  x +\n\n  foo*y\n",
        "{a: x + foo*y, b: 1}\n",
        "a:\n    x + foo*y\n",
    ],
)
def test_a_part_of_an_expression_is_underlined(text):
    source, _ = read_text(text, "a.yaml")
    span = Span(source.data["a"].index("foo"), 3)
    assert shown(source, ("a",), span) == "foo"


def test_a_doubled_quote_is_one_character():
    source, _ = read_text("a: 'it''s foo'\n", "a.yaml")
    assert shown(source, ("a",), Span(source.data["a"].index("foo"), 3)) == "foo"


@given(word=st.text("ab'\"\\ éx", max_size=8), style=st.sampled_from("'\""))
def test_the_place_after_any_quoted_text_is_found(word, style):
    value = f"{word}foo"
    inside = value.replace("'", "''") if style == "'" else value.replace("\\", "\\\\").replace('"', '\\"')
    source, _ = read_text(f"a: {style}{inside}{style}\n", "a.yaml")
    assert source.data["a"] == value
    assert shown(source, ("a",), Span(len(word), 3)) == "foo"
