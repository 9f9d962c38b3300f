"""A file's text and the place of every value and key in it, so that errors can be shown with a line and a caret."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from grader.errors import SourceLocation
from grader.expressions.tree import Span

# The path to a value from the top of the document: keys of mappings, indices of lists.
KeyPath: TypeAlias = tuple[str | int, ...]

LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|.)", re.DOTALL)
_ESCAPED_BLANKS = frozenset("ntrvf \t\r\nN_LP")


@dataclass(frozen=True, slots=True)
class Spot:
    """The first character of a key or value, and the one after its last. `style` is YAML's: "" (plain), ', ", | or >."""

    start: int
    end: int
    scalar: str | None = None
    style: str = ""


@dataclass(frozen=True)
class SourceFile:
    """One exercise file. `data` has its values, `values` and `keys` have their places."""

    path: str
    text: str
    data: object = None
    values: Mapping[KeyPath, Spot] = field(default_factory=dict)
    keys: Mapping[KeyPath, Spot] = field(default_factory=dict)
    line_starts: tuple[int, ...] = ()

    def where(self, path: KeyPath = (), *, key: bool = False, span: Span | None = None) -> SourceLocation:
        """The place of the value at `path`, or of its key, or of the part `span` of the expression there."""
        spot = self._spot(path, key)
        if spot is None:
            return SourceLocation(self.path)
        if span is None or spot.scalar is None:
            return self._where(spot.start, spot.end)
        start = self._source_offset(spot, span.column)
        end = self._source_offset(spot, span.column + span.width - 1) + 1
        return self._where(start, max(end, start + 1))

    def at(self, offset: int, width: int = 1) -> SourceLocation:
        """The place of some characters of the text."""
        return self._where(offset, offset + width)

    def written(self, path: KeyPath) -> str | None:
        """The scalar at `path` as its author wrote it; None for a list or a mapping."""
        spot = self.values.get(path)
        return None if spot is None else spot.scalar

    def get(self, path: KeyPath) -> object:
        """The value at `path`; None if there is none."""
        node: Any = self.data
        for part in path:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return None
        return node

    def _spot(self, path: KeyPath, key: bool) -> Spot | None:
        if key and path in self.keys:
            return self.keys[path]
        spot = self.values.get(path)
        if spot is not None and spot.start < spot.end:
            return spot
        if path in self.keys:
            return self.keys[path]
        return self._spot(path[:-1], key) if path else spot

    def _where(self, start: int, end: int) -> SourceLocation:
        line = max(bisect_right(self.line_starts, start) - 1, 0)
        first = self.line_starts[line]
        text = LINE_BREAK.split(self.text[first:], maxsplit=1)[0]
        width = min(end, first + len(text)) - start
        return SourceLocation(self.path, line + 1, start - first + 1, text, max(1, width))

    def _source_offset(self, spot: Spot, offset: int) -> int:
        """The offset in the text of a scalar's character. Both have the same characters in order, except for whitespace."""
        scalar = spot.scalar or ""
        skipped = len("".join(scalar[:offset].split()))
        characters = list(self._characters(spot))
        if not characters:
            return spot.start
        return characters[min(skipped, len(characters) - 1)]

    def _characters(self, spot: Spot) -> Iterator[int]:
        position, end = spot.start, spot.end
        if spot.style in ("|", ">"):
            position = self.text.find("\n", position, end) + 1 or end
        elif spot.style:
            position, end = position + 1, end - 1
        while position < end:
            escape = _ESCAPE.match(self.text, position, end) if spot.style == '"' else None
            if escape is not None:
                if not _is_blank(escape[0]):
                    yield position
                position = escape.end()
            else:
                if not self.text[position].isspace():
                    yield position
                position += 2 if spot.style == "'" and self.text[position] == "'" else 1


def _is_blank(escape: str) -> bool:
    if escape[1] in "xuU":
        return chr(int(f"0x{escape[2:]}", 0)).isspace()
    return escape[1] in _ESCAPED_BLANKS


def line_starts(text: str) -> tuple[int, ...]:
    """The offset of each line's first character."""
    return (0, *(found.end() for found in LINE_BREAK.finditer(text)))
