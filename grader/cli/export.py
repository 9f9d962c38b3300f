"""`python -m grader export`: the students' edition of a course, a folder that grades by itself, or Gradescope's autograder."""

from __future__ import annotations

import argparse

from grader.cli import options

TYPE_CHECKING = False  # as typing's, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.cli.own_package import OwnPackage
    from grader.records.exercise import Exercise

_GITIGNORE = ".venv/\n.grader/\n__pycache__/\n*.py.bak*\n"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "export",
        help="write the students' edition of the course, or Gradescope's autograder",
        description="Write the students' edition: exercises without references, mistakes and the answers of predictions, "
        "a file to begin with for each, and the grader. Or the zip that Gradescope grades with.",
    )
    parser.add_argument("folder", nargs="?", metavar="DIR", help="a new or empty folder for the students' edition")
    parser.add_argument("--gradescope", metavar="FILE.zip", help="a new file for Gradescope's autograder")
    options.add_selection(parser)
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from pathlib import Path

    from grader.cli import gradescope_zip
    from grader.cli.course import find_course
    from grader.cli.own_package import own_package
    from grader.reports.values import counted
    from grader.spec.load import load_exercises
    from grader.spec.select import select

    folder = Path(args.folder) if args.folder else None
    autograder = Path(args.gradescope) if args.gradescope else None
    _check(folder, autograder)
    package = own_package()
    exercises = load_exercises(find_course(args.exercises).exercises)
    chosen = select(exercises, args.exercise) if args.exercise else exercises
    many = counted(len(chosen), "exercise")
    if autograder is not None:
        gradescope_zip.write(autograder, exercises, chosen, package)
        print(f"{many} for Gradescope in {autograder}: upload it as the autograder. Students never see the file.")
    if folder is not None:
        _write_edition(chosen, folder, package)
        print(f"{many} for students in {folder}: no references, no mistakes, no answers of predictions. The steps can be read.")
    return 0


def _check(folder: Path | None, autograder: Path | None) -> None:
    """Raises UsageError before anything is written."""
    from grader.cli import gradescope_zip
    from grader.errors import UsageError

    if folder is None and autograder is None:
        raise UsageError("What is to be written? Name a new folder for the students' edition, or `--gradescope FILE.zip`.")
    if folder is not None:
        _check_empty(folder)
    if autograder is not None:
        gradescope_zip.check_new(autograder)


def _write_edition(exercises: Sequence[Exercise], folder: Path, package: OwnPackage) -> None:
    from grader.reports.student_readme import student_readme

    _write(folder / "README.md", student_readme(exercises, package.python))
    _write(folder / "requirements.txt", "".join(f"{each}\n" for each in package.requirements))
    _write(folder / ".gitignore", _GITIGNORE)
    package.copy_to(folder)
    _write_course(exercises, folder)


def _check_empty(folder: Path) -> None:
    """Raises UsageError: nobody's solutions are written over."""
    from grader.errors import UsageError

    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists():
        raise UsageError(f"{folder} is not an empty folder. Name a new one: nothing is written over.")


def _write_course(exercises: Sequence[Exercise], folder: Path) -> None:
    """The exercises with what students may see, and their starters once more where they will be worked on."""
    from pathlib import Path

    from grader.spec.schema import schema_text
    from grader.spec.student_edition import student_text
    from grader.spec.yaml_source import read

    _write(folder / "exercises" / "exercise.schema.json", schema_text())
    (folder / "solutions").mkdir()
    for exercise in exercises:
        file = Path(exercise.path)
        source, _ = read(file, exercise.path)
        assert source is not None  # it was loaded a moment ago
        place = folder / "exercises" / exercise.track / file.parent.name
        _write(place / file.name, student_text(source))
        if exercise.starter is not None:
            _write(place / "starter.py", exercise.starter)
            _write(folder / "solutions" / exercise.solution_path, exercise.starter)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
