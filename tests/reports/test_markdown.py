"""The summary of a step: what it shows, and that no text of a student is markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.records.result import Report
from grader.reports import markdown
from grader.reports.plain import harmless

MARKUP = [
    "| a | b |",
    "[x](https://example.org)",
    "![x](y)",
    "<script>",
    "</details>",
    "# head",
    "- item",
    "1. item",
    "```",
    "`|`",
    "`a` <b> `c`",
    "**b**",
    "~~s~~",
    "&amp;",
    "===",
    "\\",
    "$x$",
    "www.example.org",
    "\x00\udc80\x1b",
    "a\n\n## b",
]


@pytest.fixture
def rendered():
    return MarkdownIt("gfm-like", {"linkify": False}).render


def inline(text):
    (paragraph,) = [token for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text) if token.type == "inline"]
    return paragraph.children


def test_the_summary(report, snapshot):
    assert markdown.to_text(report) == snapshot


@pytest.mark.parametrize("text", [text for text in MARKUP if "`" not in text])
def test_foreign_text_is_shown_unchanged(text):
    kinds = {token.type for token in inline(markdown.escaped(text))}
    assert kinds <= {"text", "text_special"}
    shown = "".join(token.content for token in inline(markdown.escaped(text)))
    assert shown == " ".join(harmless(text).split())


@given(st.text(st.sampled_from("`|<>[]()*_~\\#!&-+=.1a \n:/w"), min_size=1))
def test_no_text_becomes_markup(text):
    """Only our own <code> is left, and every one is closed."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"x {markdown.escaped(text)}")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    html = [token.content for token in tokens[1].children if token.type not in ("text", "text_special")]
    assert html == ["<code>", "</code>"] * (len(html) // 2)


@pytest.mark.parametrize("text", MARKUP)
def test_a_hostile_report_has_the_same_tables_as_any_other(hostile_report, rendered, text):
    html, harmless_html = rendered(markdown.to_text(hostile_report(text))), rendered(markdown.to_text(hostile_report("calm")))
    for tag in (
        "<table",
        "<tr",
        "<td",
        "<h2",
        "<h3",
        "<pre",
        "<details",
        "</details>",
        "<a ",
        "<img",
        "<script",
        "<li",
        "<strong",
    ):
        assert html.count(tag) == harmless_html.count(tag), tag


def test_a_mention_notifies_nobody():
    assert markdown.escaped("ask @teacher") == "ask @&#8203;teacher"


def test_an_address_does_not_become_a_link():
    assert markdown.escaped("https://example.org www.example.org") == "https\\://example.org www\\.example.org"


def test_output_cannot_close_its_fence(report, rendered):
    output = "````\n</details>\n# head\n" + "`" * 10
    one = Report(run=report.run, results=[report.results[1].model_copy(update={"output": output})])
    assert "````\n&lt;/details&gt;\n# head\n``````````" in rendered(markdown.to_text(one))


def test_with_several_submissions_each_row_names_its_own(report):
    other = report.results[0].model_copy(update={"submission": "ana"})
    text = markdown.to_text(Report(run=report.run, results=[report.results[1], other]))
    assert "| solutions: core/gradients-pile-up |" in text
    assert "| ana: core/the-first-gradient |" in text


def test_ten_megabytes_of_output_and_a_thousand_failures_fit(report):
    flooded = report.results[1].model_copy(update={"output": ("é" * 900 + "\n") * 11_000, "summary": "é" * 5000})
    text = markdown.to_text(Report(run=report.run, results=[flooded] * 1000))
    assert len(text.encode()) <= markdown.MOST_BYTES
    assert text.count("the report would be too long:") == 2
    assert text.count("<details>") > 3


def test_the_seed_of_the_hidden_cases_is_not_shown(report):
    assert report.run.seed not in markdown.to_text(report)


def test_a_prediction_has_no_column_for_expected_values(report, a_row):
    steps = (a_row("x.grad", "matched", None, None, 4.0), a_row("x.grad again", "wrong", None, None, 5.0))
    text = markdown.to_text(Report(run=report.run, results=[report.results[1].model_copy(update={"steps": steps})]))
    assert "| | step | your answer | status |\n|---|---|---|---|\n" in text
    assert "| ❌ | <code>x.grad again</code> | 5 | wrong |" in text


def test_lines_of_a_notebook_are_those_of_its_cells(report):
    notebook = report.results[3].model_copy(update={"file": "solutions/a.ipynb", "cells": ((2, 1), (5, 7))})
    text = markdown.to_text(Report(run=report.run, results=[notebook]))
    assert "| cell 5, line 3 |" in text
    assert "a.ipynb, cell 5, line 2: The loss" in text
