"""`python -m grader batch`: grade a class and write the gradebook. A second run continues where the first one stopped."""

from __future__ import annotations

import argparse
import sys

from grader import library
from grader.cli import options
from grader.cli.course import find_course
from grader.cli.crash_report import report_faults
from grader.reports import progress

_INTERRUPTED = 130
_GRADER_ERROR = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Grade every submission of a class and write the gradebook. Run it again with the same --out to continue, or to grade "
        "only what has changed."
    )
    parser.add_argument("submissions", metavar="SUBMISSIONS", help="a folder, or the export of a learning platform")
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder for the stored results and the reports")
    parser.add_argument("--layout", default="auto", metavar="L", help="the layout of SUBMISSIONS (default: auto)")
    parser.add_argument(
        "--jobs", type=_number_of_jobs, metavar="N", help="submissions graded at the same time (default: processors + 2)"
    )
    parser.add_argument("--fresh", action="store_true", help="delete the stored results in --out and use a new seed")
    parser.add_argument(
        "--gradebook", metavar="FILE", help="a gradebook file of Canvas or Moodle; a copy with the scores is written to --out"
    )
    options.add_selection(parser)
    options.add_exercises(parser)
    options.add_cases(parser, sandbox="full")
    options.add_feedback(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
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
            feedback=args.feedback or "cause",
            listeners=[shown],
        )
    except KeyboardInterrupt:
        shown.close()
        print(progress.interrupted(shown.kept, args.fresh), file=sys.stderr)
        return _INTERRUPTED
    finally:
        shown.close()
    if done.faults:
        report_faults(done.faults)
    return _GRADER_ERROR if done.grader_errors or done.retracted else 0


def _number_of_jobs(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of submissions: use 1 or more")
    return int(text)
