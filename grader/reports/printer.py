"""Rich, as calm as we want it: foreign text stays text, colours only where wanted, no trailing blanks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console, RenderableType

from grader.reports.plain import can_show, encodable, harmless, wants_colour

_WIDEST = 110
_ASCII_MARKS: Mapping[str, str] = {"✓": "+", "✗": "x", "·": "."}
_LINE_END = re.compile(r"(?: |\x1b\[[0-9;]*m)+$", re.MULTILINE)


class Printer:
    """Prints on one stream. `safe` makes foreign text harmless, `symbol` finds a mark that the terminal can show."""

    def __init__(self, stream: TextIO, width: int | None = None) -> None:
        self.stream = stream
        self.encoding = stream.encoding or "utf-8"
        self.console = _console(stream, width)

    @property
    def width(self) -> int:
        return self.console.width

    def print(self, *what: RenderableType) -> None:
        """Print at once, without the blanks that rich fills lines with."""
        with self.console.capture() as captured:
            self.console.print(*what)
        self.stream.write(_LINE_END.sub(lambda end: end[0].replace(" ", ""), captured.get()))
        self.stream.flush()

    def safe(self, text: str) -> str:
        return encodable(harmless(text), self.encoding)

    def symbol(self, mark: str) -> str:
        return mark if can_show("✓✗·", self.encoding) else _ASCII_MARKS.get(mark, mark)


def _console(stream: TextIO, width: int | None) -> Console:
    colour = wants_colour(stream)
    console = Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        width=width,
    )
    console.width = min(console.width, _WIDEST)
    return console
