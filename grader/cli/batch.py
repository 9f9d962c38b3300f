"""`python -m grader batch`: grade a class, go on where the last run stopped, and write the gradebook."""

from __future__ import annotations

import argparse
import sys

from grader.cli import options

_INTERRUPTED = 130
_GRADER_ERROR = 3


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "batch",
        help="grade a class",
        description="Grade every submission. Run it again on the same --out to go on, or to grade only what has changed.",
    )
    parser.add_argument("submissions", metavar="SUBMISSIONS", help="a folder, or what a learning platform exported")
    parser.add_argument("--out", required=True, metavar="DIR", help="where the results are kept and the reports are written")
    parser.add_argument("--layout", default="auto", metavar="L", help="how SUBMISSIONS is laid out (default: auto)")
    parser.add_argument("--jobs", type=_jobs, metavar="N", help="submissions at a time (default: two more than processors)")
    parser.add_argument("--fresh", action="store_true", help="forget what is in --out, and draw a new seed")
    parser.add_argument("--gradebook", metavar="FILE", help="Canvas's or Moodle's own file, to be filled in as a copy in --out")
    options.add_selection(parser)
    options.add_exercises(parser)
    options.add_cases(parser, sandbox="full")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from grader import library
    from grader.cli.course import find_course
    from grader.reports import progress

    shown = progress.Bar(sys.stdout) if sys.stdout.isatty() else progress.LineProgress(sys.stdout)
    try:
        done = library.batch(
            args.submissions,
            args.out,
            exercises=find_course(args.exercises).exercises,
            select=args.exercise,
            layout=args.layout,
            jobs=args.jobs,
            fresh=args.fresh,
            gradebook=args.gradebook,
            device=args.device,
            sandbox=args.sandbox,
            hidden=args.hidden,
            seed=args.seed,
            listeners=[shown],
        )
    except KeyboardInterrupt:
        shown.close()
        print(progress.interrupted(shown.kept, args.fresh), file=sys.stderr)
        return _INTERRUPTED
    finally:
        shown.close()
    return _GRADER_ERROR if done.troubled else 0


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of submissions: give 1 or more")
    return int(text)
