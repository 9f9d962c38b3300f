"""Where the report of `grade` goes: each `--format F[=FILE]` to the screen or to a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from grader.errors import UsageError
from grader.library import Listener
from grader.records.exercise import Exercise
from grader.records.result import Report
from grader.reports import gradebook, json_report

Format = tuple[str, str | None]

_FILE_WIDTH = 100
_DOCUMENTS: Mapping[str, Callable[[Report], str]] = {"json": json_report.to_text, "csv": gradebook.to_text}


def check(formats: Sequence[Format]) -> None:
    """Raise UsageError if two formats would be written over each other."""
    targets = [file for _, file in formats]
    if targets.count(None) > 1:
        raise UsageError("Two formats would be written to the screen: give one a file, as in `--format json=report.json`.")
    if len(set(targets)) < len(targets):
        raise UsageError("Two formats would be written to one file: give each its own.")


def listeners(
    formats: Sequence[Format], exercises: Sequence[Exercise], explained: Collection[str], opened: ExitStack
) -> list[Listener]:
    """What listens while grading goes on: the text reports. Raises UsageError for a file that cannot be written."""
    from grader.reports.terminal import Terminal

    found: list[Listener] = []
    for name, file in formats:
        if name == "text" and file is None:
            found.append(Terminal(sys.stdout, exercises, explained=explained))
        elif name == "text" and file is not None:
            found.append(Terminal(_open(file, opened), exercises, explained=explained, width=_FILE_WIDTH))
    return found


def write_documents(formats: Sequence[Format], report: Report) -> None:
    """What is written once the report is complete. Raises UsageError for a file that cannot be written."""
    for name, file in formats:
        if name in _DOCUMENTS and file is None:
            sys.stdout.write(_DOCUMENTS[name](report))
        elif name in _DOCUMENTS and file is not None:
            try:
                json_report.write_text(_DOCUMENTS[name](report), Path(file))
            except OSError as error:
                raise _cannot_write(file, error) from None


def _open(file: str, opened: ExitStack) -> TextIO:
    try:
        return opened.enter_context(Path(file).open("w", encoding="utf-8"))
    except OSError as error:
        raise _cannot_write(file, error) from None


def _cannot_write(file: str, error: OSError) -> UsageError:
    return UsageError(f"{file} cannot be written: {error.strerror}.")
