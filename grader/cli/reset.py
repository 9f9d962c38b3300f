"""`python -m grader reset ID`: put the starter back. The old file becomes NAME.py.bak, or .bak.1, .bak.2 … if that is taken."""

from __future__ import annotations

import argparse

from grader.cli import options

TYPE_CHECKING = False  # as typing's, which is slow to import
if TYPE_CHECKING:
    from pathlib import Path

    from grader.records.exercise import Exercise


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "reset", help="put a starter back", description="Move a solution aside and put the starter back."
    )
    parser.add_argument("exercise", metavar="ID", help="the exercise, for example core/gradients-pile-up")
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from grader.cli.course import exercise_named, find_course
    from grader.spec.load import load_exercises

    course = find_course(args.exercises)
    exercise = exercise_named(load_exercises(course.exercises), args.exercise)
    for sentence in put_back(exercise, course.need_solutions()):
        print(sentence)
    return 0


def put_back(exercise: Exercise, solutions: Path) -> list[str]:
    """Put the starter into `solutions` and say what became of the files. Raises UsageError if there is none, and OSError."""
    from grader.cli.backup import put_aside
    from grader.errors import UsageError
    from grader.reports.wording.course import no_starter

    if exercise.starter is None:
        raise UsageError(no_starter(exercise))
    path = solutions / exercise.solution_path
    if path.is_file() and path.read_bytes() == exercise.starter.encode():
        return [f"{path} is the starter already."]
    path.parent.mkdir(parents=True, exist_ok=True)
    said = put_aside(path)
    path.write_text(exercise.starter, encoding="utf-8")
    return [*said, f"{path} is the starter again."]
