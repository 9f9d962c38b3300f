"""The command line: it finds the command, runs it, and turns every error into a message and an exit code.

0: all right. 1: something does not pass yet. 2: the usage, an exercise file or the sandbox is wrong. 3: the grader itself
failed. 130: interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from grader.reports.runners import obeys_its_log
from grader.version import __version__

# Each is a module of this folder with `add_arguments(parser)` and `run(args) -> int`. Only the one that is called is imported.
_COMMANDS = {
    "grade": "grade one submission (the default command)",
    "watch": "grade an exercise whenever you save it",
    "batch": "grade a class",
    "ci": "grade a pull request",
    "list": "list the exercises and your result for each",
    "check": "check that exercises are correct",
    "new": "create an exercise",
    "export": "export the students' edition, or an autograder for Gradescope",
    "hint": "show a hint for an exercise",
    "fix": "show a change of your file that passes, or make it",
    "reset": "restore the starter file of an exercise",
    "schema": "print the JSON Schema of exercise.yaml",
    "doctor": "check what is installed and whether grading works",
}
_INTERRUPTED = 130
_BROKEN_PIPE = 141


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code. Raises nothing."""
    _escape_unprintable_letters()
    if not obeys_its_log(os.environ):
        return _run(argv)
    from grader.cli.runner_log import disarmed_streams

    with disarmed_streams():
        return _run(argv)


def _run(argv: Sequence[str]) -> int:
    try:
        args = parse_arguments(argv)
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except SystemExit as end_of_argparse:
        return int(end_of_argparse.code or 0)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:
        from grader.cli.crash_report import report_error

        return report_error(error)


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments of one command line; without a command it is `grade`. Exits like argparse on a usage error."""
    words = list(argv) if argv and argv[0] in (*_COMMANDS, "-h", "--help", "--version") else ["grade", *argv]
    parser = argparse.ArgumentParser(
        prog="python -m grader",
        description="Grades PyTorch autograd exercises. It reports which backward or reset, on which line, left a wrong .grad, "
        "and why.",
        epilog="`grade` is the default command: `python -m grader grade --help` lists its options.",
    )
    parser.add_argument("--version", action="version", version=f"autograd-grader {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in _COMMANDS.items():
        command = commands.add_parser(name, help=summary)
        if name == words[0]:
            import_module(f"grader.cli.{name}").add_arguments(command)
    return parser.parse_args(words)


def _escape_unprintable_letters() -> None:
    """Print the code of a letter that the terminal's encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
