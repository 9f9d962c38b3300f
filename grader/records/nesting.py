"""Gives the flat numbers of a tensor their shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any


def nested(flat: Sequence[Any], shape: Sequence[int], join: Callable[[Iterable[Any]], Any] = list) -> Any:
    """Nested lists of this shape from items in row-major order; a single item if the shape is ().

    With `join=tuple` they are tuples, with `join=in_brackets` a text.
    """
    if not shape:
        return flat[0]
    size = len(flat) // shape[0] if shape[0] else 0
    return join(nested(flat[row * size : (row + 1) * size], shape[1:], join) for row in range(shape[0]))


def in_brackets(texts: Iterable[str]) -> str:
    """`[1.0, 2.0]`"""
    return f"[{', '.join(texts)}]"
