"""`python -m grader [grade]`: grade one submission, a folder of solutions or single files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from grader.cli import options

TYPE_CHECKING = False  # as typing's, which is slow to import
if TYPE_CHECKING:
    from pathlib import Path

    from grader.records.exercise import Exercise
    from grader.records.result import Report, Result

_WAITING = ("not_started", "not_found")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("grade", help="grade solutions (the default)", description="Grade one submission.")
    parser.add_argument(
        "what", nargs="*", metavar="PATH|ID|TRACK", help="a folder or files, or exercises (default: solutions/, here or above)"
    )
    options.add_selection(parser)
    options.add_exercises(parser)
    options.add_grading(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from contextlib import ExitStack, closing

    from grader.cli.course import find_course
    from grader.engines.local import LocalEngine

    course = find_course(args.exercises)
    files, names = _split(args.what)
    paths = files or [course.need_solutions()]
    names += args.exercise
    with ExitStack() as opened:
        engine = opened.enter_context(closing(LocalEngine(args.device, sandbox=args.sandbox)))  # loads torch meanwhile
        from grader import library
        from grader.cli import outputs

        formats = args.format or [("text", None)]
        outputs.check(formats)
        exercises = library.load_exercises(course.exercises)
        report = library.run(
            paths,
            exercises=exercises,
            select=names or _owners(files, exercises),
            device=args.device,
            sandbox=args.sandbox,
            hidden=args.hidden,
            seed=args.seed,
            listeners=outputs.listeners(formats, exercises, _explained(course.root, names, files), opened),
            engine=engine,
        )
        outputs.write_documents(formats, report, outputs.repository())
    _remember(course.root, report)
    return exit_code(report, names, files)


def exit_code(report: Report, names: Sequence[str], files: Sequence[Path]) -> int:
    """3 if the grader failed somewhere; 1 if something started did not pass, or what was asked for by name waits."""
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


def _split(what: Sequence[str]) -> tuple[list[Path], list[str]]:
    """What is there is a path; the rest names exercises."""
    from pathlib import Path

    from grader.errors import UsageError

    paths = [Path(each) for each in what if os.path.lexists(each)]
    names = [each for each in what if not os.path.lexists(each)]
    for name in names:
        if name.endswith((".py", ".ipynb", os.sep)):
            raise UsageError(f"There is no file or folder {name}.")
    return paths, names


def _owners(files: Sequence[Path], exercises: Sequence[Exercise]) -> list[str]:
    """Files given alone ask for their own exercises; a folder asks for all."""
    from grader.errors import UsageError
    from grader.reports.wording.course import unmatched
    from grader.submissions.find import from_paths

    if not files or any(file.is_dir() for file in files):
        return []
    submission = from_paths("", files, exercises)
    if not submission.files:
        strays = [unmatched(stray.path, stray.nearest) for stray in submission.strays]
        raise UsageError(*strays, "To grade a file of another name: `--exercise ID`.")
    return list(submission.files)


def _explained(root: Path, names: Sequence[str], files: Sequence[Path]) -> set[str]:
    """What passed before is not explained again, unless it is asked for."""
    from grader.cli import last_report

    if names or files:
        return set()
    return {result.exercise for result in last_report.load(root).values() if result.verdict == "passed"}


def _remember(root: Path, report: Report) -> None:
    from grader.cli import last_report

    try:
        last_report.save(root, report)
    except OSError as error:
        print(f"Note: {root / '.grader'} cannot be written ({error.strerror}), so `list` will not know.", file=sys.stderr)
