"""`python -m grader reset ID`: restore the starter file. Your file is kept as NAME.py.bak, or .bak.1, .bak.2 …"""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli import options
from grader.cli.backup import rename_to_backup
from grader.cli.course import exercise_named, find_course
from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.reports.wording.course import no_starter
from grader.spec.load import load_exercises


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Restore the starter file of an exercise. Your file is kept as NAME.py.bak."
    parser.add_argument("exercise", metavar="ID", help="the exercise, for example core/gradients-pile-up")
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    course = find_course(args.exercises)
    exercise = exercise_named(load_exercises(course.exercises), args.exercise)
    for sentence in restore_starter(exercise, course.need_solutions()):
        print(sentence)
    return 0


def restore_starter(exercise: Exercise, solutions: Path) -> list[str]:
    """Write the starter into `solutions`, and return sentences that say what happened to the files.

    Raises UsageError if the exercise has no starter, and OSError.
    """
    if exercise.starter is None:
        raise UsageError(no_starter(exercise))
    path = solutions / exercise.solution_path
    if path.is_file() and path.read_bytes() == exercise.starter.encode():
        return [f"{path} is the starter already."]
    path.parent.mkdir(parents=True, exist_ok=True)
    sentences = rename_to_backup(path)
    path.write_text(exercise.starter, encoding="utf-8")
    return [*sentences, f"{path} is the starter again."]
