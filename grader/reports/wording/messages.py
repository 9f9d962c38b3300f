"""The part of an error's own message that is shown."""

from __future__ import annotations

import re

_LONGEST_LINE = 160

# Python ends the message of a syntax error with the place, which the report gives in front of the sentence.
SYNTAX_PLACE = re.compile(r" ?\([^()]*, line \d+\)$")


def first_line(message: str) -> str:
    """The first line that is not empty; if it is long, its first sentences."""
    line = next((line.strip() for line in message.splitlines() if line.strip()), "")
    if len(line) <= _LONGEST_LINE:
        return line
    sentences = line[:_LONGEST_LINE].rpartition(". ")[0]
    return f"{sentences}." if sentences else f"{line[:_LONGEST_LINE].rstrip()} ..."


def is_cut(message: str) -> bool:
    """Does `first_line` leave out a part of this message?"""
    return first_line(message) != message.strip()
