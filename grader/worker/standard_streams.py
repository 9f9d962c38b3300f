"""The standard streams of a child: input is empty, output and errors both go to one pipe."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO

_fstat = os.fstat  # before a student's module can replace it


class StandardStreams:
    """Replaces the standard streams of this process; `output` is the pipe that receives what is printed."""

    def __init__(self, output: int) -> None:
        self._output = output
        _redirect(output)
        self._files = _open_files()
        self._streams: tuple[TextIO, ...] = ()

    def renew(self) -> None:
        """Use new streams with buffers of their own: whatever the last case closed, replaced or wrapped stays behind.

        A TextIOWrapper around a shared buffer would close the buffer when it is deleted, and fail the next case.
        """
        if _open_files() != self._files:
            _redirect(self._output)
        self._streams = (_new_stream(1), _new_stream(2))
        sys.stdout, sys.stderr = self._streams

    def flush(self) -> None:
        for stream in self._streams:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()


def _redirect(output: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if nothing > 2:
        os.close(nothing)


def _open_files() -> list[tuple[int, int]] | None:
    """Which files are open as the standard streams; None if not all are open."""
    try:
        return [(status.st_dev, status.st_ino) for status in map(_fstat, (0, 1, 2))]
    except OSError:
        return None


def _new_stream(descriptor: int) -> TextIO:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True)
