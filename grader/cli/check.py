"""`python -m grader check [PATH]`: check that exercises are correct."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from grader.cli import options
from grader.cli.course import find_course
from grader.errors import UsageError

_NOT_PROVEN = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Check that exercises are correct: their numbers, references, starters and expected mistakes."
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="a folder of exercises, a track or one exercise (default: exercises/ in this folder or one above it)",
    )
    options.add_selection(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import time
    from contextlib import closing

    from grader.devices import CPU
    from grader.engines.make import make_engine

    begun = time.monotonic()
    root, names = _course_and_selection(args.path)
    with closing(make_engine(CPU)) as engine:  # it loads torch during the imports below
        from grader.check import LEAST_SCORE, check, is_green, mutation_score
        from grader.reports.proofs import Proofs
        from grader.spec.load import load_exercises
        from grader.spec.select import select

        exercises = load_exercises(root)
        if names or args.exercise:
            exercises = select(exercises, [*names, *args.exercise])
        report = Proofs(sys.stdout, [exercise.id for exercise in exercises])
        proofs = []
        for proof in check(exercises, engine, _shipped_solutions(root)):
            report.row(proof)
            proofs.append(proof)
        report.end(proofs, mutation_score(proofs), LEAST_SCORE, time.monotonic() - begun)
    return 0 if is_green(proofs) else _NOT_PROVEN


def _course_and_selection(path: str | None) -> tuple[Path, list[str]]:
    """The folder of the whole course, and the track or exercise in it that `path` is. Raises UsageError."""
    if path is None:
        return find_course(None).exercises, []
    folder = Path(path).resolve()
    if not folder.is_dir():
        raise UsageError(f"There is no folder {path}.")
    root, names = folder, []
    if (folder / "exercise.yaml").is_file():
        root, names = folder.parent.parent, [f"{folder.parent.name}/{folder.name.partition('-')[2]}"]
    elif any(folder.glob("*/exercise.yaml")):
        root, names = folder.parent, [folder.name]
    return Path(os.path.relpath(root)), names


def _shipped_solutions(exercises: Path) -> Path | None:
    """The students' folder beside the exercises, if the course has one."""
    folder = exercises.parent / "solutions"
    return folder if folder.is_dir() else None
