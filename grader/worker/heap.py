"""Makes a process cheap to fork again and again: a child pays, page by page, for all memory that it writes to.

CPython writes to what it merely reads, for it counts references; so what a child need not touch is put out of its way here.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import sys

# From the largest hole that is worth closing to the smallest chunk there is, in bytes; each finds what the last has left.
_SIZES = (100_000, 60_000, 16_000, 4_000, 2_000, 1_000, *range(504, 0, -48), 24)
_ENOUGH_AT_THE_TOP = 3
_MOST_BYTES = 2**25


def grow() -> None:
    """Much will be loaded until `settle`, and nearly all of it stays: do not look for garbage meanwhile."""
    gc.disable()


def settle() -> None:
    """What was to be loaded is: from here on students' code runs, in this process or in forks of it."""
    gc.freeze()  # a child's collections would write to every object
    gc.collect()  # finds nothing in what is frozen, and empties the lists of memory to be used again
    _forget_old_names()
    _forget_locks()
    _fill_holes()
    gc.enable()


def _forget_old_names() -> None:
    """A child that looks up an attribute drops the name that was cached in its place, somewhere in the memory of an import."""
    clear = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", None)
    if clear is not None:
        clear()


def _forget_locks() -> None:
    """logging would make a new lock in every child for each of torch's handlers, lest a thread had held one. None does here."""
    handlers = getattr(logging, "_at_fork_reinit_lock_weakset", None)
    if handlers is not None:
        handlers.clear()


def _fill_holes() -> None:
    """Take what an import has left free between its objects, so that a child's new objects lie side by side.

    Only for the C library's own malloc, which gives from the top of the heap what fits in no hole: there each address is
    higher than all before.
    """
    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        return
    malloc = library.malloc
    malloc.argtypes, malloc.restype = (ctypes.c_size_t,), ctypes.c_size_t
    top = taken = 0
    for size in _SIZES:
        at_the_top = 0
        while at_the_top < _ENOUGH_AT_THE_TOP and taken < _MOST_BYTES:
            address = malloc(size)
            at_the_top = at_the_top + 1 if address > top else 0
            top, taken = max(top, address), taken + size
