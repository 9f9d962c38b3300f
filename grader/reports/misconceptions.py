"""The mistakes that the grader can name, each with its sentence: what `python -m grader list --misconceptions` shows."""

from __future__ import annotations

from typing import TextIO

from rich.text import Text

from grader.records.misconceptions import MISCONCEPTIONS
from grader.reports.printer import Printer

_INDENT = 4


def show_misconceptions(stream: TextIO, *, width: int | None = None) -> None:
    """The closed list, in its order: zeroing, losses and graphs, steps, clipping, names and hooks."""
    printer = Printer(stream, width)
    for word, sentence in MISCONCEPTIONS.items():
        printer.print(Text(word, "bold"))
        printer.prose(sentence, _INDENT)
