"""`python -m grader hint ID [N]`: print one hint, from vague to exact. Number 0 is the task."""

from __future__ import annotations

import argparse
import sys

from grader.cli import options
from grader.cli.course import exercise_named, find_course
from grader.errors import UsageError
from grader.reports.printer import Printer
from grader.reports.wording import course
from grader.spec.load import load_exercises


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print one hint of an exercise. The first hint is vague, the last one is exact."
    parser.add_argument("exercise", metavar="ID", help="the exercise, for example core/gradients-pile-up")
    parser.add_argument(
        "number", nargs="?", type=int, default=1, metavar="N", help="the number of the hint (default: 1); 0 prints the task"
    )
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    exercise = exercise_named(load_exercises(find_course(args.exercises).exercises), args.exercise)
    if args.number == 0:
        print(f"{exercise.id}: {exercise.title}")
        Printer(sys.stdout).prose(exercise.task)
        return 0
    count = len(exercise.hints)
    if not count:
        raise UsageError(f"{exercise.id} has no hints.")
    if not 1 <= args.number <= count:
        raise UsageError(f"{exercise.id} has no hint {args.number}. Its hints are numbered from 1 to {count}.")
    Printer(sys.stdout).prose(course.hint(args.number, count, exercise.hints[args.number - 1]))
    if args.number < count:
        print(f"Next hint: python -m grader hint {exercise.id} {args.number + 1}")
    return 0
