"""What GitHub's runner, Azure's agent and TeamCity read in the output of a step."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.workflow_commands import command, disarmed

COMMAND = re.compile(r"::(?P<name>[a-z-]+)(?: (?P<properties>[^\n]*?))?::(?P<message>[^\n]*)")
LIVE_TEXT = st.lists(st.sampled_from([*":#[]%,= \t\r\n\x85\u2028\u3000ab", "::", "##["])).map("".join)


def unescaped(text):
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def is_live(line):
    return line.lstrip().startswith("::") or re.search(r"##(vso|teamcity)?\[", line) is not None


@given(LIVE_TEXT)
def test_no_line_of_disarmed_text_is_a_command(text):
    assert not any(is_live(line) for line in re.split(r"\r\n|\r|\n", disarmed(text)))


@given(st.text())
def test_text_without_colons_and_brackets_stays_as_it_is(text):
    calm = text.replace(":", "").replace("[", "").replace("\r", "")
    assert disarmed(calm) == calm


@given(LIVE_TEXT, LIVE_TEXT)
def test_a_command_is_always_one_line(message, title):
    written = command("error", message, file="a.py", line=3, title=title)
    assert "\n" not in written
    assert "\r" not in written
    assert "##[" not in written
    found = COMMAND.fullmatch(written)
    assert found["name"] == "error"
    properties = dict(part.split("=", 1) for part in found["properties"].split(","))
    assert properties.keys() == {"file", "line", "title"}
    assert (properties["file"], properties["line"]) == ("a.py", "3")


@pytest.mark.parametrize("text", ["a: b, c", "50% of x", "two\nlines", "%0A is not a line end", "x = 1"])
def test_an_escaped_text_can_be_read_back(text):
    found = COMMAND.fullmatch(command("error", text, title=text))
    assert unescaped(found["message"]) == text
    assert unescaped(found["properties"]) == f"title={text}"


def test_a_property_that_is_none_is_left_out():
    assert command("error", "no place", file=None, line=None) == "::error::no place"


def test_a_long_message_is_cut_before_the_runner_cuts_it():
    assert command("error", "x" * 5000) == f"::error::{'x' * 3500} ..."
