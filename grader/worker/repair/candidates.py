"""The candidates for a fix of one file, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Edit:
    """Lines `first` to `last` (from 1) are replaced by `lines`; `last == first - 1` inserts before `first`."""

    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    rule: str
    causes: tuple[str, ...]
    edits: tuple[Edit, ...]
    why: str


def candidates(source: str, hints: dict[str, Any]) -> Iterator[Candidate]:
    """Only the edits that the hints want, as they stand."""
    lines = source.split("\n")
    for want in hints["want"]:
        edits = tuple(_edits(lines, want))
        if edits:
            yield Candidate("wanted", tuple(want.get("causes", ())), edits, f"{want['edit']}-{want['verb']}")


def apply(source: str, edits: Sequence[Edit]) -> str:
    lines = source.split("\n")
    for edit in sorted(edits, key=lambda each: (each.first, each.last), reverse=True):
        lines[edit.first - 1 : edit.last] = edit.lines
    return "\n".join(lines)


def _edits(lines: list[str], want: dict[str, Any]) -> Iterator[Edit]:
    line, before, after = want.get("line"), want.get("before_line"), want.get("after_line")
    kind, text = want["edit"], want.get("text", [])
    if kind == "move" and line:
        text = [lines[line - 1].strip()]
    if kind in ("delete", "move") and line:
        yield Edit(line, line, ())
    if kind == "replace" and line:
        yield Edit(line, line, tuple(_indent(lines[line - 1]) + each for each in text))
    if kind in ("insert", "move") and after:
        yield Edit(after + 1, after, tuple(_indent(lines[after - 1]) + each for each in text))
    elif kind in ("insert", "move") and before:
        yield Edit(before, before - 1, tuple(_indent(lines[before - 1]) + each for each in text))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
