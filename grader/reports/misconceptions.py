"""The mistakes that the grader can name, each with its sentence, for `python -m grader list --misconceptions`."""

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
