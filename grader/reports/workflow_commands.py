"""Workflow commands in the text that a CI job prints: how to write one, and how to print text without any.

For GitHub a line that begins with `::` is a command, and so is `##[` anywhere in a line. For Azure it is `##vso[`, for
TeamCity `##teamcity[`. Text that a student wrote must never act as a command.
"""

from __future__ import annotations

import re

from grader.reports.plain import harmless

# The runner cuts a message at 4096 characters.
_LONGEST = 3500
_BEGINNING = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_ANYWHERE = re.compile(r"##(?=(?:vso|teamcity)?\[)")
_NEW_LINE = re.compile(r"\r\n?")


def command(name: str, message: str, **properties: str | int | None) -> str:
    """`::error file=a.py,line=3::message` on one line, without the properties that are None."""
    given = ",".join(f"{key}={_escaped_property(str(value))}" for key, value in properties.items() if value is not None)
    return f"::{name} {given}".rstrip() + f"::{_escaped_message(_cut(message))}"


def disarmed(text: str) -> str:
    """Text that reads the same, but that no runner obeys."""
    return _ANYWHERE.sub("## ", _BEGINNING.sub(r"\1: ", _NEW_LINE.sub("\n", text)))


def _cut(message: str) -> str:
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]} ..."


def _escaped_message(text: str) -> str:
    return harmless(text).replace("##[", "## [").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped_message(text).replace(":", "%3A").replace(",", "%2C")
