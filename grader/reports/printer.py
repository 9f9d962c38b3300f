"""Rich with our settings: foreign text stays text, colours only where they are wanted, no trailing blanks."""

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
    """Prints on one stream, with colours if the stream wants them or `colour` says so."""

    def __init__(self, stream: TextIO, width: int | None = None, *, colour: bool | None = None) -> None:
        self.stream = stream
        self.encoding = stream.encoding or "utf-8"
        self.console = _console(stream, width, wants_colour(stream) if colour is None else colour)

    @property
    def width(self) -> int:
        return self.console.width

    def print(self, *what: RenderableType, soft_wrap: bool = False) -> None:
        """Print at once, without the blanks that Rich fills lines with."""
        with self.console.capture() as captured:
            self.console.print(*what, soft_wrap=soft_wrap)
        self.stream.write(_LINE_END.sub(lambda end: end[0].replace(" ", ""), captured.get()))
        self.stream.flush()

    def prose(self, markdown: str, indent: int = 0) -> None:
        """Print Markdown that an author wrote, its paragraphs broken to the width. A link is never broken."""
        text = wrapped(self.safe(flowing(markdown)), self.width - indent)
        self.print(Text(textwrap.indent(text, " " * indent)), soft_wrap=True)

    def diff(self, patch: str) -> None:
        """Print a unified diff, in colours on a terminal, and elsewhere exactly as it is, so that `git apply` accepts it."""
        if not self.stream.isatty():
            self.stream.write(patch)
            self.stream.flush()
            return
        for line in patch.removesuffix("\n").split("\n"):
            self.print(Text(self.safe(line), style_of_diff(line)), soft_wrap=True)

    def safe(self, text: str) -> str:
        """Foreign text, made harmless, that the stream can encode."""
        return encodable(harmless(text), self.encoding)

    def symbol(self, mark: str) -> str:
        """The mark, or one in ASCII if the stream cannot encode it."""
        return mark if can_show("✓✗·", self.encoding) else _ASCII_MARKS.get(mark, mark)


def style_of_diff(line: str) -> str:
    """The style of a line of a unified diff."""
    if line.startswith(("---", "+++")):
        return "bold"
    return {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")


def _console(stream: TextIO, width: int | None, colour: bool) -> Console:
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
