"""The mistakes that the grader can name, for `list --misconceptions`: the word, its sentence, and PyTorch's page about it."""

from __future__ import annotations

from typing import TextIO

from rich.text import Text

from grader.records.misconceptions import MISCONCEPTIONS
from grader.reports.printer import Printer

_INDENT = 4


def show_misconceptions(stream: TextIO, *, width: int | None = None) -> None:
    """The whole catalogue, in its order."""
    printer = Printer(stream, width)
    for each in MISCONCEPTIONS.values():
        printer.print(Text(each.word, "bold"))
        printer.prose(each.sentence, _INDENT)
        if each.page:
            printer.print(Text(" " * _INDENT + each.page), soft_wrap=True)  # a link is never broken
