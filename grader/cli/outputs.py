"""Writes the report of `grade` and `ci`: each `--format F[=FILE]` to the screen or to a file."""

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
from grader.records.feedback import Feedback
from grader.records.result import Report
from grader.reports import json_report

Format = tuple[str, str | None]

_FILE_WIDTH = 100
_CHECKOUT_VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")  # of GitHub and GitLab


def check_formats(formats: Sequence[Format]) -> None:
    """Raise UsageError if one format would overwrite another."""
    on_screen = sorted(name for name, file in formats if file is None)
    if len(on_screen) > 1 and on_screen != ["github", "text"]:
        raise UsageError(
            "Only one format can go to the screen. Write the other one to a file, as in `--format json=report.json`."
        )
    targets = [file for _, file in formats if file is not None]
    if len(set(targets)) < len(targets):
        raise UsageError("Two formats would be written to the same file. Give each format its own file.")


def listeners(
    formats: Sequence[Format],
    exercises: Sequence[Exercise],
    explained: Collection[str],
    opened: ExitStack,
    feedback: Feedback,
    *,
    is_log: bool = False,
    offers_fix: bool = False,
) -> list[Listener]:
    """The text reports, which are printed during grading. Raises UsageError for a file that cannot be written.

    `offers_fix`: they name the command that shows a fix. `is_log`: the screen is the log of a CI job. Lines are not fitted to a
    terminal, and the seed is not shown.
    """
    from grader.reports.terminal import Terminal

    reports: list[Listener] = []
    for name, file in formats:
        if name != "text":
            continue
        width = None if file is None and (not is_log or sys.stdout.isatty()) else _FILE_WIDTH
        stream = sys.stdout if file is None else _open_file(file, opened)
        terminal = Terminal(
            stream, exercises, explained=explained, width=width, shows_seed=not is_log, feedback=feedback, offers_fix=offers_fix
        )
        reports.append(terminal)
    return reports


def checked_out_repository(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The root of the repository that a CI system has checked out, if a variable names it."""
    return next((Path(environment[name]) for name in _CHECKOUT_VARIABLES if environment.get(name)), None)


def write_documents(
    formats: Sequence[Format], report: Report, root: Path | None = None, feedback: Feedback | None = None
) -> None:
    """Write all formats that need the complete report. In those for a repository, file names are relative to `root`.

    All but `json` are for other people too, so they name no folder of this machine, and unless `feedback` says so, no fix.
    Raises UsageError for a file that cannot be written.
    """
    wanted = [(name, file) for name, file in formats if name != "text"]
    if not wanted:
        return
    from grader.cli.runner_log import print_commands
    from grader.reports.feedback import limited_report
    from grader.reports.formats import DOCUMENTS, OF_A_REPOSITORY
    from grader.reports.machine_paths import report_without_machine_paths
    from grader.reports.where_to_look import in_repository

    report = limited_report(report, feedback or "fix")
    shown = report_without_machine_paths(limited_report(report, feedback or "cause"))
    placed = in_repository(shown, root) if root is not None else shown
    for name, file in wanted:
        text = DOCUMENTS[name](placed if name in OF_A_REPOSITORY else report if name == "json" else shown)
        if file is not None:
            _write(text, file)
        elif name == "github":
            print_commands(text)
        else:
            sys.stdout.write(text)
        if name == "github":
            _write_for_runner(placed)


def _write_for_runner(report: Report, environment: Mapping[str, str] = os.environ) -> None:
    """Append the summary of the job step, and its outputs, to the files that the GitHub runner names."""
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


def _open_file(file: str, opened: ExitStack) -> TextIO:
    try:
        return opened.enter_context(Path(file).open("w", encoding="utf-8"))
    except OSError as error:
        raise _cannot_write(file, error) from None


def _cannot_write(file: str, error: OSError) -> UsageError:
    return UsageError(f"{file} cannot be written: {error.strerror}.")
