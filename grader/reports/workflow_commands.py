"""What GitHub's runner takes for a command in the text that a step prints: how one is written, and how none is.

A line that begins with `::` is one, and so is `##[` anywhere in a line; for Azure `##vso[` is, for TeamCity `##teamcity[`.
Whatever a student wrote must be none of these.
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
    """`::error file=a.py,line=3::message`, on one line; properties that are None are left out."""
    given = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value is not None)
    return f"::{name} {given}".rstrip() + f"::{_message(_cut(message))}"


def disarmed(text: str) -> str:
    """The same text to the eye, with nothing in it that a runner would take for a command."""
    return _ANYWHERE.sub("## ", _BEGINNING.sub(r"\1: ", _NEW_LINE.sub("\n", text)))


def _cut(message: str) -> str:
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]} ..."


def _message(text: str) -> str:
    return harmless(text).replace("##[", "## [").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
