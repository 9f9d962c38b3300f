"""Prints into the log of a CI job, where the runner obeys some lines as commands: only our own lines can be commands."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO, cast

from grader.reports import workflow_commands


class Disarmed(io.TextIOBase):
    """Writes text to the stream `beneath`, without the commands in it."""

    def __init__(self, beneath: TextIO) -> None:
        self.beneath = beneath

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self.beneath.encoding

    def write(self, text: str) -> int:
        self.beneath.write(workflow_commands.disarmed(text))
        return len(text)

    def flush(self) -> None:
        self.beneath.flush()

    def isatty(self) -> bool:
        return self.beneath.isatty()

    def fileno(self) -> int:
        return self.beneath.fileno()


@contextmanager
def disarmed_streams() -> Iterator[None]:
    """Inside this context nothing that is printed acts as a command."""
    with redirect_stdout(cast(TextIO, Disarmed(sys.stdout))), redirect_stderr(cast(TextIO, Disarmed(sys.stderr))):
        yield


def print_commands(text: str) -> None:
    """Print text in which every command is intended."""
    stream = sys.stdout.beneath if isinstance(sys.stdout, Disarmed) else sys.stdout
    stream.write(text)
    stream.flush()
