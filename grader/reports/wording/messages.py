"""What is shown of an error's own message."""

from __future__ import annotations

import re

_LONGEST_LINE = 160


# What Python puts at the end of a syntax error's message: the place, which is said already.
SYNTAX_PLACE = re.compile(r" ?\([^()]*, line \d+\)$")


def first_line(message: str) -> str:
    """The first line of a message that says something; of a long one its first sentences."""
    line = next((line.strip() for line in message.splitlines() if line.strip()), "")
    if len(line) <= _LONGEST_LINE:
        return line
    sentences = line[:_LONGEST_LINE].rpartition(". ")[0]
    return f"{sentences}." if sentences else f"{line[:_LONGEST_LINE].rstrip()} ..."


def is_cut(message: str) -> bool:
    """Does `first_line` leave out some of this?"""
    return first_line(message) != message.strip()
