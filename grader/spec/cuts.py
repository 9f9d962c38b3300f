"""Finds expressions that YAML has cut at a comma: inside { } and [ ], `{of: mse_loss(p, y)}` has the keys `of` and `y)`."""

from __future__ import annotations

from collections.abc import Iterator

from grader.expressions.tree import Span
from grader.spec.places import KeyPath, SourceFile
from grader.spec.problems import Problems


def find_cuts(source: SourceFile, problems: Problems) -> frozenset[KeyPath]:
    """Report each expression that was cut at a comma. Returns the paths of the mappings and lists with the pieces."""
    broken: set[KeyPath] = set()
    for path, parent, rest in _pieces(source.data, ()):
        spot = source.values.get(path)
        if spot is None or spot.style:
            continue
        width = len(spot.scalar or "")
        fix = f'put the whole expression in quotes: "{spot.scalar}, {", ".join(rest)}"'
        problems.add(path, "YAML ends this expression at the comma.", fix, span=Span(0, width))
        broken.add(parent)
    return frozenset(broken)


def _pieces(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, KeyPath, list[str]]]:
    """Each text with a bracket that only the entries after it close: its path, its parent's path, and those entries."""
    if isinstance(value, dict):
        entries: list[tuple[str | int, object, str | None]] = [
            (key, each, key if each is None else None) for key, each in value.items()
        ]
    elif isinstance(value, list):
        entries = [(index, each, each if isinstance(each, str) else None) for index, each in enumerate(value)]
    else:
        return
    for position, (key, each, _) in enumerate(entries):
        yield from _pieces(each, (*path, key))
        if isinstance(each, str) and (rest := _closing(each, [text for _, _, text in entries[position + 1 :]])):
            yield (*path, key), path, rest


def _closing(text: str, following: list[str | None]) -> list[str]:
    """The texts that close the open brackets of `text`; none if they are never closed."""
    if _open_brackets(text) <= 0:
        return []
    for count, piece in enumerate(following):
        if piece is None:
            return []
        text += piece
        if _open_brackets(text) <= 0:
            return [each for each in following[: count + 1] if each is not None]
    return []


def _open_brackets(text: str) -> int:
    return text.count("(") + text.count("[") - text.count(")") - text.count("]")
