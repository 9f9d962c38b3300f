"""`python -m grader watch`: grade an exercise whenever its file is saved, one exercise after another."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
from contextlib import ExitStack, closing
from types import FrameType

from grader.cli import options

_TERMINATED = 128 + signal.SIGTERM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Show the first exercise that does not pass yet, and grade it whenever you save its file. Then go on to the next one."
    )
    parser.add_argument("what", nargs="*", metavar="ID|TRACK", help="use only these exercises (default: all)")
    options.add_selection(parser)
    options.add_exercises(parser)
    options.add_cases(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:

    from grader.assess.prepared import Settings
    from grader.assess.session import GradingSession
    from grader.cli.course import find_course
    from grader.cli.watching.files import watched_files
    from grader.cli.watching.keys import single_keys
    from grader.cli.watching.loop import CourseFolders, WatchLoop
    from grader.cli.watching.mailbox import Mailbox
    from grader.cli.watching.signals import signal_handler
    from grader.engines.make import make_engine
    from grader.library import load_exercises
    from grader.records.exercise import Exercise
    from grader.reports.watching import WatchPage
    from grader.reports.wording import watching
    from grader.spec.select import select

    course = find_course(args.exercises)
    solutions = course.need_solutions()

    def read_exercises() -> tuple[Exercise, ...]:
        return select(load_exercises(course.exercises), [*args.what, *args.exercise])

    exercises = read_exercises()
    needs_optimizer = any(exercise.uses_optimizer for exercise in exercises)
    is_typed = sys.stdin is not None and sys.stdin.isatty()
    has_keys = is_typed and sys.stdout.isatty()
    input = sys.stdin.fileno() if has_keys or (sys.stdin is not None and not is_typed) else None
    page = WatchPage(sys.stdout, keys=has_keys, solutions=solutions.as_posix())
    with ExitStack() as opened:
        opened.enter_context(signal_handler(signal.SIGTERM, _exit))
        engine = opened.enter_context(closing(make_engine(args.device, sandbox=args.sandbox, optimizer=needs_optimizer)))
        mailbox = opened.enter_context(Mailbox())
        opened.enter_context(watched_files([solutions, course.exercises], mailbox))
        if input is not None and has_keys:
            opened.enter_context(single_keys(input, redraw=lambda: mailbox.put(None)))
        page.say(watching.LOADING)
        assert engine.torch_version  # raises now if torch or the device is missing
        session = GradingSession(engine, Settings(args.seed or secrets.token_hex(8), args.hidden))
        folders = CourseFolders(course.root, course.exercises, solutions, read_exercises)
        WatchLoop(folders, session, page, mailbox, input, keys=has_keys).run(exercises)
    return 0


def _exit(number: int, frame: FrameType | None) -> None:
    """Exit through every `finally`, which restores the terminal and ends the child processes."""
    sys.exit(_TERMINATED)
