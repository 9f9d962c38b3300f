"""The command line: finds the command, runs it, and is the one door out for errors and exit codes.

0 well, 1 something is not right yet, 2 bad usage, spec or cage, 3 the grader itself failed, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import grader
from grader.cli import batch, check, ci, doctor, export, hint, new, reset, schema, watch
from grader.cli import grade as grade_command
from grader.cli import list as list_command
from grader.reports.runners import obeys_its_log

_COMMANDS = {
    "grade": grade_command,
    "watch": watch,
    "batch": batch,
    "ci": ci,
    "list": list_command,
    "check": check,
    "new": new,
    "export": export,
    "hint": hint,
    "reset": reset,
    "schema": schema,
    "doctor": doctor,
}
_INTERRUPTED = 130
_BROKEN_PIPE = 141


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code; nothing is raised."""
    _never_fail_to_print()
    if not obeys_its_log(os.environ):
        return _answer(argv)
    from grader.cli.runner_log import disarmed_streams

    with disarmed_streams():
        return _answer(argv)


def _answer(argv: Sequence[str]) -> int:
    try:
        code = _run(argv)
        sys.stdout.flush()
        return code
    except SystemExit as argparse_end:
        return int(argparse_end.code or 0)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:
        from grader.cli.crash_report import tell

        return tell(error)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m grader",
        description="Grades PyTorch autograd exercises: which backward or zeroing, on which line, left the wrong .grad, and why.",
        epilog="Without a command it grades. `python -m grader grade --help` shows what grading can be told.",
    )
    parser.add_argument("--version", action="version", version=f"autograd-grader {grader.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS.values():
        command.add_parser(commands)
    return parser


def _run(argv: Sequence[str]) -> int:
    args = build_parser().parse_args(_with_command(argv))
    code: int = args.run(args)
    return code


def _with_command(argv: Sequence[str]) -> list[str]:
    is_complete = bool(argv) and (argv[0] in _COMMANDS or argv[0] in ("-h", "--help", "--version"))
    return list(argv) if is_complete else ["grade", *argv]


def _never_fail_to_print() -> None:
    """A terminal that lacks a letter shows its code instead."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
