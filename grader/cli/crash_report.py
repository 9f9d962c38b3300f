"""What is said when a command cannot go on: the problems of a GraderError, or where the traceback of our own bug is."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from pathlib import Path

import grader
from grader.cli.course import find_upwards
from grader.errors import GraderError
from grader.reports.plain import harmless

_OUR_BUG = 3


def tell(error: Exception) -> int:
    """Tell on stderr, and return the exit code."""
    if isinstance(error, GraderError):
        for problem in error.problems:
            print(harmless(str(problem)), file=sys.stderr)
        return error.exit_code
    log = _write_log(error)
    print(
        f"The grader itself failed ({type(error).__name__}: {harmless(str(error))}). This is not your mistake.\n"
        f"The details are in {log}: please send that file to whoever looks after this course.",
        file=sys.stderr,
    )
    return _OUR_BUG


def _write_log(error: Exception) -> Path:
    text = f"autograd-grader {grader.__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    text += f"arguments: {sys.argv[1:]}\n\n{''.join(traceback.format_exception(error))}"
    course = find_upwards("exercises")
    try:
        folder = course.parent / ".grader" if course else Path(tempfile.mkdtemp(prefix="grader-"))
        folder.mkdir(exist_ok=True)
        log = folder / "crash.log"
        _write_no_link(log, text)
    except OSError:
        log = Path(tempfile.mkdtemp(prefix="grader-")) / "crash.log"
        log.write_text(text, encoding="utf-8")
    return log


def _write_no_link(log: Path, text: str) -> None:
    """Through no link: the course may be a pull request that somebody has checked out. Raises OSError."""
    if log.is_symlink() or log.parent.is_symlink():
        raise OSError(f"{log} is a link")
    log.write_text(text, encoding="utf-8")
