"""`python -m grader [grade]`: grade one submission, which is a folder of solutions or single files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import options
from grader.cli.course import find_course
from grader.errors import UsageError
from grader.records.exercise import Exercise

if TYPE_CHECKING:
    from grader.records.result import Report, Result

_WAITING = ("not_started", "not_found")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Grade one submission: a folder of solutions, single files, or only some exercises."
    parser.add_argument(
        "what",
        nargs="*",
        metavar="PATH|ID|TRACK",
        help="a folder, files or exercises (default: solutions/ in this folder or one above it)",
    )
    options.add_selection(parser)
    options.add_exercises(parser)
    options.add_grading(parser)
    options.add_feedback(parser, more="; in JSON: fix")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from contextlib import ExitStack, closing

    from grader.engines.make import make_engine

    course = find_course(args.exercises)
    files, names = _paths_and_names(args.what)
    paths = files or [course.need_solutions()]
    names += args.exercise
    with ExitStack() as opened:
        engine = opened.enter_context(
            closing(make_engine(args.device, sandbox=args.sandbox))
        )  # it loads torch during the imports below
        from grader import library
        from grader.cli import outputs

        formats = args.format or [("text", None)]
        outputs.check_formats(formats)
        exercises = library.load_exercises(course.exercises)
        explained = _already_explained(course.root, names, files)
        report = library.grade_with_listeners(
            paths,
            exercises=exercises,
            select=names or _exercises_of(files, exercises),
            device=args.device,
            sandbox=args.sandbox,
            hidden=args.hidden,
            seed=args.seed,
            listeners=outputs.listeners(formats, exercises, explained, opened, args.feedback or "cause", offers_fix=True),
            engine=engine,
        )
        outputs.write_documents(formats, report, outputs.checked_out_repository(), args.feedback)
    _save_report(course.root, report)
    return exit_code(report, names, files)


def exit_code(report: Report, names: Sequence[str], files: Sequence[Path]) -> int:
    """3 if the grader failed; 1 if a started exercise did not pass, or one given by name or file is not started; else 0."""
    verdicts = [result.verdict for result in report.results]
    if "grader_error" in verdicts:
        return 3
    named = {*names, *(file.as_posix() for file in files)}
    waiting = [result for result in report.results if result.verdict in _WAITING]
    if any(_is_named(result, named) for result in waiting):
        return 1
    return int(any(verdict not in ("passed", *_WAITING) for verdict in verdicts))


def _is_named(result: Result, named: set[str]) -> bool:
    return bool(named & {result.exercise, result.exercise.partition("/")[2], result.file})


def _paths_and_names(what: Sequence[str]) -> tuple[list[Path], list[str]]:
    """An argument that exists as a file or folder is a path; every other one names exercises. Raises UsageError."""
    paths = [Path(each) for each in what if os.path.lexists(each)]
    names = [each for each in what if not os.path.lexists(each)]
    for name in names:
        if name.endswith((".py", ".ipynb", os.sep)):
            raise UsageError(f"There is no file or folder {name}.")
    return paths, names


def _exercises_of(files: Sequence[Path], exercises: Sequence[Exercise]) -> list[str]:
    """The exercises of single files; empty, which means all, if there is a folder. Raises UsageError if no file has one."""
    from grader.reports.wording.course import unmatched
    from grader.submissions.submission_from_paths import submission_from_paths

    if not files or any(file.is_dir() for file in files):
        return []
    submission = submission_from_paths("", files, exercises)
    if not submission.files:
        strays = [unmatched(stray.path, stray.nearest) for stray in submission.strays]
        raise UsageError(*strays, "To grade a file with another name, use `--exercise ID`.")
    return list(submission.files)


def _already_explained(root: Path, names: Sequence[str], files: Sequence[Path]) -> set[str]:
    """The exercises that passed before. They are explained again only if they are given by name or file."""
    from grader.cli import last_report

    if names or files:
        return set()
    return {result.exercise for result in last_report.load(root).values() if result.verdict == "passed"}


def _save_report(root: Path, report: Report) -> None:
    from grader.cli import last_report

    try:
        last_report.save(root, report)
    except OSError as error:
        print(
            f"Note: {root / '.grader'} cannot be written ({error.strerror}), so `list` will not show these results.",
            file=sys.stderr,
        )
