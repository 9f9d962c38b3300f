"""Gives the flat numbers of a tensor their shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any


def nested(flat: Sequence[Any], shape: Sequence[int], join: Callable[[Iterable[Any]], Any] = list) -> Any:
    """`flat`, in row-major order, as nested lists of this shape; a single item if the shape is ().

    Other than lists with `join`: `tuple`, or `in_brackets` for texts.
    """
    if not shape:
        return flat[0]
    size = len(flat) // shape[0] if shape[0] else 0
    return join(nested(flat[row * size : (row + 1) * size], shape[1:], join) for row in range(shape[0]))


def in_brackets(texts: Iterable[str]) -> str:
    """`[1.0, 2.0]`"""
    return f"[{', '.join(texts)}]"
