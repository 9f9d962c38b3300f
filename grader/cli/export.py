"""`python -m grader export`: write the students' edition of a course, or the autograder for Gradescope."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from grader.cli import gradescope_zip, options
from grader.cli.course import find_course
from grader.cli.own_package import OwnPackage, own_package
from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.reports.student_readme import student_readme
from grader.reports.values import counted
from grader.spec.load import load_exercises
from grader.spec.schema import schema_text
from grader.spec.select import select
from grader.spec.student_edition import student_text
from grader.spec.yaml_source import read_file

_GITIGNORE = ".venv/\n.grader/\n__pycache__/\n*.py.bak*\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write the students' edition of the course: a folder with the grader, the exercises and a starter file for each. "
        "References, expected mistakes and the answers of predictions are left out. Or write the zip file of an autograder "
        "for Gradescope."
    )
    parser.add_argument("folder", nargs="?", metavar="DIR", help="a new or empty folder for the students' edition")
    parser.add_argument("--gradescope", metavar="FILE.zip", help="a new file for Gradescope's autograder")
    options.add_selection(parser)
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    folder = Path(args.folder) if args.folder else None
    autograder = Path(args.gradescope) if args.gradescope else None
    _check_targets(folder, autograder)
    package = own_package()
    exercises = load_exercises(find_course(args.exercises).exercises)
    chosen = select(exercises, args.exercise) if args.exercise else exercises
    count = counted(len(chosen), "exercise")
    if autograder is not None:
        gradescope_zip.write_autograder(autograder, exercises, chosen, package)
        print(f"Wrote {autograder} with {count}. Upload it to Gradescope as the autograder. Students never see this file.")
    if folder is not None:
        _write_edition(chosen, folder, package)
        print(
            f"Wrote {folder} with {count} for students. It has no references, expected mistakes or answers of predictions, "
            "but the steps of each exercise can be read in it."
        )
    return 0


def _check_targets(folder: Path | None, autograder: Path | None) -> None:
    """Raises UsageError before anything is written. Nothing is overwritten."""
    if folder is None and autograder is None:
        raise UsageError("Nothing to write: name a new folder for the students' edition, or use `--gradescope FILE.zip`.")
    if folder is not None and folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder. Name a new one: `export` overwrites nothing.")
    if autograder is not None and autograder.exists():
        raise UsageError(f"{autograder} exists already. Name a new file: `export` overwrites nothing.")


def _write_edition(exercises: Sequence[Exercise], folder: Path, package: OwnPackage) -> None:
    _write(folder / "README.md", student_readme(exercises, package.python))
    _write(folder / "requirements.txt", "".join(f"{each}\n" for each in package.requirements))
    _write(folder / ".gitignore", _GITIGNORE)
    package.copy_to(folder)
    _write_course(exercises, folder)


def _write_course(exercises: Sequence[Exercise], folder: Path) -> None:
    """The part of each exercise that students may see, and a copy of each starter in `solutions`."""
    _write(folder / "exercises" / "exercise.schema.json", schema_text())
    (folder / "solutions").mkdir()
    for exercise in exercises:
        file = Path(exercise.path)
        source, _ = read_file(file, exercise.path)
        assert source is not None  # load_exercises has read it
        place = folder / "exercises" / exercise.track / file.parent.name
        _write(place / file.name, student_text(source))
        if exercise.starter is not None:
            _write(place / "starter.py", exercise.starter)
            _write(folder / "solutions" / exercise.solution_path, exercise.starter)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
