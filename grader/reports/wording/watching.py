"""What `watch` says."""

from __future__ import annotations

from grader.records.exercise import Exercise
from grader.records.result import Result
from grader.reports.wording.course import state, titled


def progress(passed: int, many: int) -> str:
    return f"{passed} of {many} pass"


def all_exercises() -> str:
    return "All exercises"


def all_graded(at: str) -> str:
    return f"{at} All of them were graded."


def change(at: str, file: str, before: Result | None, after: Result) -> str:
    """A file was saved: how its exercise stood, and how it stands now."""
    if after.verdict == "not_found":
        return f"{at} {file} is gone."
    stands = state(after)
    if before is None or state(before) == stands:
        return f"{at} {file} saved: {'still ' if before else ''}{stands}."
    return f"{at} {file} saved: {stands}, before: {state(before)}."


def onward(exercise: Exercise | None) -> str:
    """After an exercise that passes."""
    return f"Press n to go on to {titled(exercise)}." if exercise else "All of them pass. Well done."


def ask_reset(file: str) -> str:
    return f"Put the starter back? Your {file} is kept beside it as {file}.bak. (y/n)"


def only_one_left() -> str:
    return "This is the only one left that does not pass."


def others(count: int, where: str) -> str:
    """Rows of the list that there is no room for."""
    return f"{count} more {where}"


def cannot_watch(reason: str) -> str:
    return f"Changed files cannot be seen here ({reason}). To look for them now and then: WATCHFILES_FORCE_POLLING=true."


def file_trouble(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."


def loading() -> str:
    return "Loading PyTorch, then grading what is there ..."


def grading() -> str:
    return "Grading ..."
