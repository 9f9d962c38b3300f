"""Which files changed: a thread that is told by the operating system, and whose exercise a path belongs to."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watchfiles import watch

from grader.cli.watching.mailbox import Mailbox
from grader.cli.watching.state import CourseSaved, Saved, WatchEvent
from grader.records.exercise import Exercise
from grader.submissions.find import owner

_STEP_MS = 10
_LONGEST_MS = 200
_OF_AN_EXERCISE = ("exercise.yaml", "starter.py", "reference.py")


@contextmanager
def watching(folders: Sequence[Path], mailbox: Mailbox) -> Iterator[None]:
    """Put the paths that change into the mailbox, from another thread.

    What happens within a hundredth of a second comes together: an editor that writes a new file and renames it makes three
    changes of one save.
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
            *folders, watch_filter=None, step=_STEP_MS, debounce=_LONGEST_MS, stop_event=stop, raise_interrupt=False
        ):
            mailbox.put(frozenset(Path(path) for _, path in changes))
    except Exception as error:
        mailbox.put(error)


def meaning(paths: Iterable[Path], exercises: Sequence[Exercise], solutions: Path, course: Path) -> Iterator[WatchEvent]:
    """What changed paths mean. What editors leave beside a file means nothing."""
    changed = [path.parent.resolve() / path.name for path in paths]
    solutions, course = solutions.resolve(), course.resolve()
    if any(path.is_relative_to(course) and _is_of_course(path) for path in changed):
        yield CourseSaved()
    below = [path for path in changed if path.is_relative_to(solutions)]
    touched = frozenset(name for path in below for name in _touched(path, exercises, solutions))
    if touched:
        yield Saved(touched)


def _is_of_course(path: Path) -> bool:
    return path.name in _OF_AN_EXERCISE or path.suffix == ""  # a folder, perhaps


def _touched(path: Path, exercises: Sequence[Exercise], solutions: Path) -> Iterator[str]:
    """The exercises whose file this is, or lies in this folder."""
    found = owner(path, exercises)
    if found is not None:
        yield found.id
    for exercise in exercises:
        if (solutions / exercise.solution_path).is_relative_to(path):
            yield exercise.id
