"""Finds out whether a dict is as it was without reading its values: a look at a value writes into its reference count.

In a forked process such a write copies a page of memory. To compare the 1,900 names that `process_state` watches takes 1.3 ms
in a new child, and 0.02 ms in this way. It relies on how CPython stores a dict: one block with all keys and values.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable, Mapping
from typing import Any

_HEADER = 32  # bytes: counters of the interpreter, which change while the names stay
_POINTER = ctypes.sizeof(ctypes.c_void_p)
_KEYS_AT = dict.__basicsize__ - 2 * _POINTER  # the pointer to the block is the last but one in a dict


def unchanged_test(names: Mapping[str, Any]) -> Callable[[], bool]:
    """A function that says whether the dict has had no change since now. It may say no without one, and never yes with one.

    `names`: a dict, or the `vars` of a class.
    """
    table = names if isinstance(names, dict) else gc.get_referents(names)[0]
    if not _IS_AS_EXPECTED:
        return lambda: False
    before = _block(table)

    def is_unchanged(block: Callable[..., bytes] = _block, table: dict[str, Any] = table, before: bytes = before) -> bool:
        return block(table) == before

    return is_unchanged


def _block(
    table: dict[str, Any],
    address: Callable[[Any], int] = id,
    pointer: Callable[[int], Any] = ctypes.c_void_p.from_address,
    read: Callable[[int, int], bytes] = ctypes.string_at,
    size: Callable[[dict[str, Any]], int] = dict.__sizeof__,
    own_size: int = dict.__basicsize__,
) -> bytes:
    """The address of the block and its bytes."""
    start: int = pointer(address(table) + _KEYS_AT).value
    return start.to_bytes(_POINTER, "little") + read(start, size(table) - own_size)[_HEADER:]


def _is_as_expected() -> bool:
    """Does this Python store a dict in this way? Tried with a dict: reading it changes nothing, every change shows."""
    if sys.implementation.name != "cpython":
        return False
    try:
        table: dict[str, Any] = {f"name {number}": object() for number in range(40)}
        known = [_block(table)]
        list(table.values())
        if _block(table) != known[0]:
            return False
        for change in ({"name 7": object()}, {"name 39": object()}, {"another": object()}):
            table.update(change)
            known.append(_block(table))
        return len(set(known)) == len(known)
    except (AttributeError, ValueError, OSError):
        return False


_IS_AS_EXPECTED = _is_as_expected()
