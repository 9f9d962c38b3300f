"""`python -m grader hint ID [N]`: one hint, from vague to plain; number 0 is the task. Nothing is remembered."""

from __future__ import annotations

import argparse
import sys

from grader.cli import options


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("hint", help="show a hint", description="Show one hint of an exercise.")
    parser.add_argument("exercise", metavar="ID", help="the exercise, for example core/gradients-pile-up")
    parser.add_argument("number", nargs="?", type=int, default=1, metavar="N", help="which hint (default: 1); 0 shows the task")
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from grader.cli.course import exercise_named, find_course
    from grader.errors import UsageError
    from grader.reports.printer import Printer
    from grader.reports.wording import course
    from grader.spec.load import load_exercises

    exercise = exercise_named(load_exercises(find_course(args.exercises).exercises), args.exercise)
    if args.number == 0:
        print(f"{exercise.id}: {exercise.title}")
        Printer(sys.stdout).prose(exercise.task)
        return 0
    many = len(exercise.hints)
    if not many:
        raise UsageError(f"{exercise.id} has no hints.")
    if not 1 <= args.number <= many:
        raise UsageError(f"{exercise.id} has no hint {args.number}: it has {many}, counted from 1.")
    Printer(sys.stdout).prose(course.hint(args.number, many, exercise.hints[args.number - 1]))
    if args.number < many:
        print(f"One more: python -m grader hint {exercise.id} {args.number + 1}")
    return 0
