"""Options that several commands share. Only argparse and `devices` are imported here: `--help` has to be quick."""

from __future__ import annotations

import argparse

from grader import devices

FORMATS = ("text", "json", "csv", "junit", "junit-lines", "github", "markdown", "gitlab", "gradescope", "classroom50", "html")


def add_exercises(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--exercises", metavar="DIR", help="the folder of exercises (default: exercises/, here or above)")


def add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--exercise",
        action="append",
        default=[],
        metavar="ID|TRACK|GLOB",
        help="only these exercises; can be given several times",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default=devices.AUTO, metavar="D", help=devices.OPTION_HELP)


def add_cases(parser: argparse.ArgumentParser, sandbox: str = "none") -> None:
    """Where to grade, and on which cases."""
    add_device(parser)
    parser.add_argument("--sandbox", choices=("full", "none"), default=sandbox, help=f"cage what is graded (default: {sandbox})")
    parser.add_argument("--hidden", type=_count, metavar="N", help="how many hidden cases (default: as the exercise says)")
    parser.add_argument("--seed", metavar="S", help="what the hidden cases are drawn from (default: at random)")


def add_grading(parser: argparse.ArgumentParser, sandbox: str = "none") -> None:
    """How to grade, and what to write."""
    add_cases(parser, sandbox)
    parser.add_argument(
        "--format",
        action="append",
        default=[],
        type=_format,
        metavar="F[=FILE]",
        help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}, to a file or the screen; can be given several times (default: text)",
    )


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of cases: give 0 or more")
    return int(text)


def _format(text: str) -> tuple[str, str | None]:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        raise argparse.ArgumentTypeError(f"there is no format {name!r}; the formats are {', '.join(FORMATS)}")
    if equals and not file:
        raise argparse.ArgumentTypeError(f"{text!r} names no file after the `=`")
    return name, file or None
