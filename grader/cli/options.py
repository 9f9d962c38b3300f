"""Options that several commands share. It imports only argparse and `devices`, because `--help` must be fast."""

from __future__ import annotations

import argparse

from grader import devices

FEEDBACK = ("verdict", "line", "cause", "fix")
FORMATS = ("text", "json", "csv", "junit", "junit-lines", "github", "markdown", "gitlab", "gradescope", "classroom50", "html")


def add_exercises(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--exercises", metavar="DIR", help="the folder of exercises (default: exercises/ in this folder or one above it)"
    )


def add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--exercise",
        action="append",
        default=[],
        metavar="ID|TRACK|GLOB",
        help="use only these exercises; may be given several times",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default=devices.AUTO, metavar="D", help=devices.OPTION_HELP)


def add_cases(parser: argparse.ArgumentParser, sandbox: str = "none") -> None:
    """Where to grade, and on which cases."""
    add_device(parser)
    parser.add_argument(
        "--sandbox", choices=("full", "none"), default=sandbox, help=f"run submitted code in a sandbox (default: {sandbox})"
    )
    parser.add_argument(
        "--hidden", type=_number_of_cases, metavar="N", help="the number of hidden cases (default: what each exercise sets)"
    )
    parser.add_argument("--seed", metavar="S", help="the seed of the hidden cases (default: random)")


def add_grading(parser: argparse.ArgumentParser, sandbox: str = "none") -> None:
    """How to grade, and what to write."""
    add_cases(parser, sandbox)
    parser.add_argument(
        "--format",
        action="append",
        default=[],
        type=_format,
        metavar="F[=FILE]",
        help=f"the format of the report: {', '.join(FORMATS[:-1])} or {FORMATS[-1]}; with =FILE it is written to a file; "
        "may be given several times (default: text)",
    )


def add_feedback(parser: argparse.ArgumentParser, more: str = "") -> None:
    parser.add_argument(
        "--feedback",
        choices=FEEDBACK,
        help="how much to tell: only the verdict, also the lines and numbers, also the mistakes, or also a change that passes "
        f"(default: cause{more})",
    )


def _number_of_cases(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of cases: use 0 or more")
    return int(text)


def _format(text: str) -> tuple[str, str | None]:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        raise argparse.ArgumentTypeError(f"there is no format {name!r}; the formats are {', '.join(FORMATS)}")
    if equals and not file:
        raise argparse.ArgumentTypeError(f"{text!r} has no file name after the `=`")
    return name, file or None
