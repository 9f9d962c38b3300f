"""Watches files in a thread, and turns the paths that changed into events."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watchfiles import watch

from grader.cli.watching.mailbox import Mailbox
from grader.cli.watching.state import ExercisesSaved, SolutionsSaved, WatchEvent
from grader.records.exercise import Exercise
from grader.submissions.match_exercise import match_path

_QUIET_MS = 10
_MOST_MS = 200
_EXERCISE_FILES = ("exercise.yaml", "starter.py", "reference.py")


@contextmanager
def watched_files(folders: Sequence[Path], mailbox: Mailbox) -> Iterator[None]:
    """Put the paths that change into the mailbox, from another thread.

    Changes within 10 ms arrive together, because some editors save in three steps: write a new file, delete, rename.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(folders, mailbox, stop), name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(folders: Sequence[Path], mailbox: Mailbox, stop: threading.Event) -> None:
    try:
        for changes in watch(
            *folders, watch_filter=None, step=_QUIET_MS, debounce=_MOST_MS, stop_event=stop, raise_interrupt=False
        ):
            mailbox.put(frozenset(Path(path) for _, path in changes))
    except Exception as error:
        mailbox.put(error)


def events_of(paths: Iterable[Path], exercises: Sequence[Exercise], solutions: Path, course: Path) -> Iterator[WatchEvent]:
    """The events for these changed paths. Temporary files of editors cause no event."""
    changed = [path.parent.resolve() / path.name for path in paths]
    solutions, course = solutions.resolve(), course.resolve()
    if any(path.is_relative_to(course) and _is_exercise_file(path) for path in changed):
        yield ExercisesSaved()
    changed_solutions = [path for path in changed if path.is_relative_to(solutions)]
    changed_exercises = frozenset(name for path in changed_solutions for name in _exercises_at(path, exercises, solutions))
    if changed_exercises:
        yield SolutionsSaved(changed_exercises)


def _is_exercise_file(path: Path) -> bool:
    return path.name in _EXERCISE_FILES or path.suffix == ""  # probably a folder


def _exercises_at(path: Path, exercises: Sequence[Exercise], solutions: Path) -> Iterator[str]:
    """The ids of the exercises whose solution is this file or lies in this folder."""
    found = match_path(path, exercises)
    if found is not None:
        yield found.id
    for exercise in exercises:
        if (solutions / exercise.solution_path).is_relative_to(path):
            yield exercise.id
