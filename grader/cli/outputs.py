"""Where the report of `grade` goes: each `--format F[=FILE]` to the screen or to a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from grader.errors import UsageError
from grader.library import Listener
from grader.records.exercise import Exercise
from grader.records.result import Report
from grader.reports import json_report

Format = tuple[str, str | None]

_FILE_WIDTH = 100
_REPOSITORIES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")  # where GitHub and GitLab have checked it out


def check(formats: Sequence[Format]) -> None:
    """Raise UsageError if two formats would be written over each other."""
    on_screen = sorted(name for name, file in formats if file is None)
    if len(on_screen) > 1 and on_screen != ["github", "text"]:
        raise UsageError("Two formats would be written to the screen: give one a file, as in `--format json=report.json`.")
    targets = [file for _, file in formats if file is not None]
    if len(set(targets)) < len(targets):
        raise UsageError("Two formats would be written to one file: give each its own.")


def listeners(
    formats: Sequence[Format],
    exercises: Sequence[Exercise],
    explained: Collection[str],
    opened: ExitStack,
    *,
    is_log: bool = False,
) -> list[Listener]:
    """What listens while grading goes on: the text reports. Raises UsageError for a file that cannot be written.

    `is_log`: others than who graded will read it, and no terminal has to hold it.
    """
    from grader.reports.terminal import Terminal

    found: list[Listener] = []
    for name, file in formats:
        if name == "text" and file is None:
            width = _FILE_WIDTH if is_log and not sys.stdout.isatty() else None
            found.append(Terminal(sys.stdout, exercises, explained=explained, width=width, shows_seed=not is_log))
        elif name == "text" and file is not None:
            stream = _open(file, opened)
            found.append(Terminal(stream, exercises, explained=explained, width=_FILE_WIDTH, shows_seed=not is_log))
    return found


def repository(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The root of the repository that a CI system works in, if one says so."""
    return next((Path(environment[name]) for name in _REPOSITORIES if environment.get(name)), None)


def write_documents(formats: Sequence[Format], report: Report, root: Path | None = None) -> None:
    """What is written once the report is complete; whoever looks for files in a repository gets their names from `root`.

    Raises UsageError for a file that cannot be written.
    """
    wanted = [(name, file) for name, file in formats if name != "text"]
    if not wanted:
        return
    from grader.cli.runner_log import print_commands
    from grader.reports.formats import DOCUMENTS, OF_A_REPOSITORY
    from grader.reports.where_to_look import in_repository

    placed = in_repository(report, root) if root is not None else report
    for name, file in wanted:
        text = DOCUMENTS[name](placed if name in OF_A_REPOSITORY else report)
        if file is not None:
            _write(text, file)
        elif name == "github":
            print_commands(text)
        else:
            sys.stdout.write(text)
        if name == "github":
            _write_for_runner(placed)


def _write_for_runner(report: Report, environment: Mapping[str, str] = os.environ) -> None:
    """The summary of the step and its outputs, where the runner says that they belong."""
    from grader.reports import github, markdown

    for name, text in (("GITHUB_STEP_SUMMARY", markdown.to_text(report)), ("GITHUB_OUTPUT", github.outputs(report))):
        if file := environment.get(name):
            try:
                with Path(file).open("a", encoding="utf-8", newline="\n") as stream:
                    stream.write(text)
            except OSError as error:
                raise _cannot_write(file, error) from None


def _write(text: str, file: str) -> None:
    try:
        json_report.write_text(text.encode("utf-8", "backslashreplace").decode(), Path(file))
    except OSError as error:
        raise _cannot_write(file, error) from None


def _open(file: str, opened: ExitStack) -> TextIO:
    try:
        return opened.enter_context(Path(file).open("w", encoding="utf-8"))
    except OSError as error:
        raise _cannot_write(file, error) from None


def _cannot_write(file: str, error: OSError) -> UsageError:
    return UsageError(f"{file} cannot be written: {error.strerror}.")
