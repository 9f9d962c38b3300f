"""`python -m grader fix ID`: show a change of your file that was run and passes; `--write` makes the change."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from grader.cli import options
from grader.cli.backup import rename_to_backup
from grader.cli.course import exercise_named, find_course
from grader.errors import UsageError
from grader.records.fix_found import FixFound
from grader.reports.printer import Printer
from grader.reports.wording import fixes
from grader.spec.load import load_exercises


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Look for a small change of your file with which it passes, run it, and show it as a diff."
    parser.add_argument("exercise", metavar="ID", help="the exercise, for example core/gradients-pile-up")
    parser.add_argument("--write", action="store_true", help="change the file; the old one is kept as NAME.py.bak")
    options.add_exercises(parser)
    options.add_device(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from contextlib import closing

    from grader import library
    from grader.engines.make import make_engine

    course = find_course(args.exercises)
    exercise = exercise_named(load_exercises(course.exercises), args.exercise)
    path = course.need_solutions() / exercise.solution_path
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    with closing(make_engine(args.device)) as engine:
        found = library.find_fix(exercise, path, engine)
    if found.patch is None:
        print(fixes.no_patch(found.verdict, path.as_posix(), exercise.id))
        return 0 if found.verdict == "passed" else 1
    Printer(sys.stdout).diff(found.patch)
    if args.write:
        for sentence in write_fix(path, found):
            print(sentence)
    return 0


def write_fix(path: Path, found: FixFound) -> list[str]:
    """Change the file, and return sentences that say what happened to it.

    Raises UsageError if the file has changed since it was graded, and OSError.
    """
    if found.content is None or path.read_bytes() != found.before:
        raise UsageError(f"{path} was saved while it was graded, so nothing was written. Run the command again.")
    sentences = rename_to_backup(path)
    path.write_bytes(found.content)
    return [*sentences, f"Wrote the fix to {path}."]
