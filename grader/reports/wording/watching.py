"""What `watch` says."""

from __future__ import annotations

from grader.records.exercise import Exercise
from grader.records.result import UNSTARTED, Result
from grader.reports.wording.course import state, titled

ALL_EXERCISES = "All exercises"
ONLY_ONE_LEFT = "This is the only exercise left that does not pass."
LOADING = "Loading PyTorch, then grading your files ..."
GRADING = "Grading ..."


def progress(passed: int, many: int) -> str:
    return f"{passed} of {many} pass"


def all_graded(at: str) -> str:
    return f"{at} All exercises were graded."


def change(at: str, file: str, before: Result | None, after: Result) -> str:
    """A file was saved: the state of its exercise now, and the state before."""
    if after.verdict == "not_found":
        return f"{at} {file} is gone."
    now = state(after)
    if before is None or state(before) == now:
        return f"{at} {file} saved: {'still ' if before else ''}{now}."
    return f"{at} {file} saved: {now}, before: {state(before)}."


def no_fix(result: Result | None) -> str:
    """There is no fix to show."""
    if result is None or result.verdict in UNSTARTED:
        return "This exercise is not started."
    return "This exercise passes." if result.verdict == "passed" else "No small change was found that passes."


def onward(exercise: Exercise | None) -> str:
    """After an exercise that passes."""
    return f"Press n to continue with {titled(exercise)}." if exercise else "All exercises pass. Well done."


def ask_reset(file: str) -> str:
    return f"Restore the starter? Your {file} is kept as {file}.bak. (y/n)"


def others(count: int, where: str) -> str:
    """Rows of the list that do not fit; `where` is `above` or `below`."""
    return f"{count} more {where}"


def cannot_watch(reason: str) -> str:
    return (
        f"Changes of files cannot be detected here ({reason}). "
        "To check the files at intervals instead, set WATCHFILES_FORCE_POLLING=true."
    )


def file_error(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."
