"""What happened elsewhere, in another thread or in a signal handler, kept for the main thread, which sleeps until then."""

from __future__ import annotations

import contextlib
import os
import select
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

Letter: TypeAlias = frozenset[Path] | Exception | None


class Mailbox:
    """Letters are paths that changed, an error that ended the watching of files, or None: only draw again."""

    def __init__(self) -> None:
        self._letters: deque[Letter] = deque()
        self._bell, self._ring = os.pipe()
        os.set_blocking(self._ring, False)

    def put(self, letter: Letter) -> None:
        self._letters.append(letter)
        with contextlib.suppress(BlockingIOError):  # then it has rung often enough
            os.write(self._ring, b"!")

    def wait(self, *others: int) -> list[int]:
        """Sleep until a letter is here, or one of these file descriptors can be read; those are returned."""
        ready, _, _ = select.select([self._bell, *others], [], [])
        if self._bell in ready:
            os.read(self._bell, 4096)
        return [each for each in ready if each != self._bell]

    def take(self) -> list[Letter]:
        """Every letter that has come."""
        return [self._letters.popleft() for _ in range(len(self._letters))]

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._bell)
        os.close(self._ring)
