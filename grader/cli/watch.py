"""`python -m grader watch`: grades an exercise whenever its file is saved, one after another through the course."""

from __future__ import annotations

import argparse
import signal
import sys

from grader.cli import options

TYPE_CHECKING = False  # as typing's, which is slow to import
if TYPE_CHECKING:
    from types import FrameType

_TERMINATED = 128 + signal.SIGTERM


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "watch",
        help="grade whenever you save, one exercise after another",
        description="Grade an exercise whenever its file is saved, and go through the course one exercise after another.",
    )
    parser.add_argument("what", nargs="*", metavar="ID|TRACK", help="only these exercises (default: all)")
    options.add_selection(parser)
    options.add_exercises(parser)
    options.add_cases(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import secrets
    from contextlib import ExitStack, closing

    from grader.assess import GradingSession, Settings
    from grader.cli.course import find_course
    from grader.cli.watching.files import watching
    from grader.cli.watching.keys import single_keys
    from grader.cli.watching.loop import CourseFolders, Loop
    from grader.cli.watching.mailbox import Mailbox
    from grader.cli.watching.signals import handled
    from grader.engines.local import LocalEngine
    from grader.library import load_exercises
    from grader.records.exercise import Exercise
    from grader.reports.watching import WatchPage
    from grader.reports.wording.watching import loading
    from grader.spec.select import select

    course = find_course(args.exercises)
    solutions = course.need_solutions()

    def read() -> tuple[Exercise, ...]:
        return select(load_exercises(course.exercises), [*args.what, *args.exercise])

    exercises = read()
    needs_optimizer = any(exercise.uses_optimizer for exercise in exercises)
    is_typed = sys.stdin is not None and sys.stdin.isatty()
    has_keys = is_typed and sys.stdout.isatty()
    input = sys.stdin.fileno() if has_keys or (sys.stdin is not None and not is_typed) else None
    page = WatchPage(sys.stdout, keys=has_keys, solutions=solutions.as_posix())
    with ExitStack() as opened:
        opened.enter_context(handled(signal.SIGTERM, _leave))
        engine = opened.enter_context(closing(LocalEngine(args.device, sandbox=args.sandbox, optimizer=needs_optimizer)))
        mailbox = opened.enter_context(Mailbox())
        opened.enter_context(watching([solutions, course.exercises], mailbox))
        if input is not None and has_keys:
            opened.enter_context(single_keys(input, lambda: mailbox.put(None)))
        page.say(loading())
        assert engine.torch_version  # complains now if torch or the device is missing
        session = GradingSession(engine, Settings(args.seed or secrets.token_hex(8), args.hidden))
        place = CourseFolders(course.root, course.exercises, solutions, read)
        Loop(place, session, page, mailbox, input, keys=has_keys).run(exercises)
    return 0


def _leave(number: int, frame: FrameType | None) -> None:
    """Through every `finally`, so that the terminal and the children are left in order."""
    sys.exit(_TERMINATED)
