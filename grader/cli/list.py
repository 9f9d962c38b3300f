"""`python -m grader list`: print the exercises with your last results, or the misconceptions that the grader can name."""

from __future__ import annotations

import argparse
import sys

from grader.cli import last_report, options
from grader.cli.course import find_course
from grader.reports.course import show_course
from grader.reports.misconceptions import show_misconceptions
from grader.reports.syllabus import syllabus
from grader.spec.load import load_exercises
from grader.spec.select import select


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the exercises, your last result for each, and the next exercise to work on."
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--markdown", action="store_true", help="print a syllabus in Markdown instead")
    instead.add_argument(
        "--misconceptions", action="store_true", help="print the misconceptions that the grader can name instead"
    )
    options.add_selection(parser)
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if args.misconceptions:
        show_misconceptions(sys.stdout)
        return 0
    course = find_course(args.exercises)
    exercises = load_exercises(course.exercises)
    if args.exercise:
        exercises = select(exercises, args.exercise)
    if args.markdown:
        sys.stdout.write(syllabus(exercises))
        return 0
    solutions = course.solutions or course.exercises.parent / "solutions"
    show_course(sys.stdout, exercises, last_report.load(course.root), solutions.as_posix())
    return 0
