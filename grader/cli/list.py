"""`python -m grader list`: the exercises, how each stands, and the next one; or the mistakes that the grader can name."""

from __future__ import annotations

import argparse
import sys

from grader.cli import options


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("list", help="show the exercises and how each stands", description="Show the exercises.")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--markdown", action="store_true", help="print a syllabus in Markdown instead")
    instead.add_argument("--misconceptions", action="store_true", help="print the mistakes that the grader can name instead")
    options.add_selection(parser)
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if args.misconceptions:
        from grader.reports.misconceptions import show_misconceptions

        show_misconceptions(sys.stdout)
        return 0
    return _list(args)


def _list(args: argparse.Namespace) -> int:
    from grader.cli import last_report
    from grader.cli.course import find_course
    from grader.reports.course import show_course
    from grader.reports.syllabus import syllabus
    from grader.spec.load import load_exercises
    from grader.spec.select import select

    course = find_course(args.exercises)
    exercises = load_exercises(course.exercises)
    if args.exercise:
        exercises = select(exercises, args.exercise)
    if args.markdown:
        sys.stdout.write(syllabus(exercises))
        return 0
    show_course(
        sys.stdout,
        exercises,
        last_report.load(course.root),
        (course.solutions or course.exercises.parent / "solutions").as_posix(),
    )
    return 0
