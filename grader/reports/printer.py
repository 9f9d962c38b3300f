"""Rich, as calm as we want it: foreign text stays text, colours only where wanted, no trailing blanks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from grader.reports.plain import can_show, encodable, flowing, harmless, wants_colour, wrapped

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

    def print(self, *what: RenderableType, soft_wrap: bool = False) -> None:
        """Print at once, without the blanks that rich fills lines with."""
        with self.console.capture() as captured:
            self.console.print(*what, soft_wrap=soft_wrap)
        self.stream.write(_LINE_END.sub(lambda end: end[0].replace(" ", ""), captured.get()))
        self.stream.flush()

    def prose(self, markdown: str, indent: int = 0) -> None:
        """Print what an author wrote, its paragraphs broken to the width; a link stays whole, whatever its length."""
        text = wrapped(self.safe(flowing(markdown)), self.width - indent)
        self.print(Text(textwrap.indent(text, " " * indent)), soft_wrap=True)

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
