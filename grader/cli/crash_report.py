"""Prints why a command stops: the problems of a GraderError, or, for a bug of the grader, the path of a crash report."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from grader.cli.course import find_upwards
from grader.errors import GraderError
from grader.reports.plain import harmless
from grader.version import __version__

_GRADER_FAILED = 3


def report_error(error: Exception) -> int:
    """Print the error on stderr, and return the exit code."""
    if isinstance(error, GraderError):
        for problem in error.problems:
            print(harmless(str(problem)), file=sys.stderr)
        return error.exit_code
    print(
        f"The grader itself failed ({type(error).__name__}: {harmless(str(error))}). This is not your mistake.\n"
        f"The crash report is {_write_crash_report(error)}. Please send it to your teacher or to the author of the course.",
        file=sys.stderr,
    )
    return _GRADER_FAILED


def report_faults(errors: Sequence[BaseException]) -> None:
    """Print on stderr that the grader failed on single results, and where the crash report is."""
    print(
        f"The grader itself failed on single results ({type(errors[0]).__name__}). The crash report is "
        f"{_write_crash_report(*errors)}. Please send it to the authors of the grader.",
        file=sys.stderr,
    )


def _write_crash_report(*errors: BaseException) -> Path:
    """Write `.grader/crash.log` in the course, or in a temporary folder if that fails."""
    text = f"autograd-grader {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    text += f"arguments: {sys.argv[1:]}\n"
    text += "".join("\n" + "".join(traceback.format_exception(error)) for error in errors)
    exercises = find_upwards("exercises")
    if exercises is not None:
        path = exercises.parent / ".grader" / "crash.log"
        try:
            path.parent.mkdir(exist_ok=True)
            _write_unless_link(path, text)
            return path
        except OSError:
            pass
    path = Path(tempfile.mkdtemp(prefix="grader-")) / "crash.log"
    path.write_text(text, encoding="utf-8")
    return path


def _write_unless_link(path: Path, text: str) -> None:
    """Follow no link: the course may be somebody else's pull request. Raises OSError."""
    if path.is_symlink() or path.parent.is_symlink():
        raise OSError(f"{path} is a link")
    path.write_text(text, encoding="utf-8")
