"""Breaks a step where a programmer would: between words, after an operator or a comma, before `.backward(` and after it."""

from __future__ import annotations

import re

_BREAK = re.compile(r"(?<= )|(?<=,)(?! )|(?<=[*/])(?![*/= ])|(?<=\))(?=\.)|(?<=backward\()(?!\))")


def code_parts(code: str) -> list[str]:
    """The parts between which a line can end."""
    return _BREAK.split(code)


def fold_code(code: str, width: int) -> str:
    """Lines of at most `width` characters. Only a part that is longer than a line is cut."""
    lines = [""]
    for part in (whole[at : at + width] for whole in code_parts(code) for at in range(0, len(whole), width)):
        if lines[-1] and len((lines[-1] + part).rstrip()) > width:
            lines.append(part)
        else:
            lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)
