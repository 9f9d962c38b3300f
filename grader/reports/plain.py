"""Text that other people wrote, made harmless for a terminal, and what a terminal can show."""

from __future__ import annotations

import os
import re
import textwrap
import unicodedata
from collections.abc import Mapping
from typing import TextIO

# Control and format characters, surrogates, private use, unassigned, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s|    ")


def harmless(text: str) -> str:
    """Escape everything that moves the cursor, changes colours or the reading direction. Line ends stay."""
    lines = text.replace("\r\n", "\n").expandtabs(4)
    if lines.replace("\n", "").isprintable():  # nearly always true, and faster than looking at each character
        return lines
    return "".join(map(_escaped_if_unseen, lines))


def encodable(text: str, encoding: str) -> str:
    """Escape what the encoding lacks, so that the terminal shows `\\xe9` instead of an error."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def wants_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """NO_COLOR decides first, then FORCE_COLOR, then the kind of terminal."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def wrapped(text: str, width: int) -> str:
    """Break each line at blanks, with the indent of its list item. Code and long words, such as links, are not broken."""
    return "\n".join(line if line.startswith("    ") else _broken_line(line, width) for line in text.split("\n"))


def _broken_line(line: str, width: int) -> str:
    item = _ITEM.match(line)
    further = " " * len(item[0]) if item else ""
    return textwrap.fill(line, width, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)


def _escaped_if_unseen(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in _UNSEEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


def flowing(text: str) -> str:
    """Markdown with each paragraph on one line. Lists keep their lines, and code is indented instead of fenced."""
    lines: list[str] = []
    is_code = may_go_on = False
    for line in text.strip().splitlines():
        if line.startswith("```"):
            is_code, may_go_on = not is_code, False
        elif is_code:
            lines.append(f"    {line}".rstrip())
        elif may_go_on and line.strip() and not _ITEM.match(line):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.rstrip())
            may_go_on = bool(line.strip()) and not line.startswith("    ")
    return "\n".join(lines)
