"""Passes events from other threads and from signal handlers to the main thread, which sleeps until one arrives."""

from __future__ import annotations

import contextlib
import os
import select
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

# Paths that changed, an error that ended the watching of files, or None: only draw the page again.
Letter: TypeAlias = frozenset[Path] | Exception | None


class Mailbox:
    """A queue of letters. A pipe wakes `wait`, because `select` can also wait for the keyboard and the end of input."""

    def __init__(self) -> None:
        self._letters: deque[Letter] = deque()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def put(self, letter: Letter) -> None:
        self._letters.append(letter)
        with contextlib.suppress(BlockingIOError):  # the pipe is full, so `wait` returns in any case
            os.write(self._writer, b"!")

    def wait(self, *others: int) -> list[int]:
        """Sleep until there is a letter, or one of these file descriptors can be read. Returns those that can be read."""
        ready, _, _ = select.select([self._reader, *others], [], [])
        if self._reader in ready:
            os.read(self._reader, 4096)
        return [each for each in ready if each != self._reader]

    def take(self) -> list[Letter]:
        """Remove and return all letters."""
        return [self._letters.popleft() for _ in range(len(self._letters))]

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._reader)
        os.close(self._writer)
