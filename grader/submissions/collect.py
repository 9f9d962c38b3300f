"""A folder or an archive of many people's work, as the submissions it holds: `collect`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.records.submission import Submission
from grader.submissions.archive import open_archive
from grader.submissions.folder import FolderContainer
from grader.submissions.layouts import choose, is_handed_in
from grader.submissions.layouts.layout import Layout
from grader.submissions.one_student import one_student
from grader.submissions.unreadable import Unreadable
from grader.submissions.upload import Container, ContainerEntry

_MOST_EXPORTED = 300_000


def collect(root: Path, exercises: Sequence[Exercise], layout: str = "auto", only: Sequence[str] = ()) -> Iterator[Submission]:
    """Every submission in a folder or a zip archive, sorted by name, each read when it is asked for.

    `layout` is `auto` or a name in `LAYOUTS`; `only` are the ids of the exercises that were asked for (none: all). What
    cannot be read is a submission with a `problem`. Raises UsageError if there is nothing, or not in that layout.
    """
    with ExitStack() as opened:
        graded = [each for each in exercises if not only or each.id in only]
        box, found = choose(_open(root, opened), graded, layout)
        whose = found.look(box, graded)
        students: dict[str, list[ContainerEntry]] = {}
        for entry in box.entries():
            piece = whose(entry)
            if piece is not None or is_handed_in(entry):
                students.setdefault(piece.student if piece else entry.name, []).append(entry)
        _check(root, found, any(whose(entry) for entries in students.values() for entry in entries), bool(students))
        for name in sorted(students):
            yield one_student(name, students[name], box, found, whose, exercises, graded)


def _open(root: Path, opened: ExitStack) -> Container:
    try:
        if root.is_dir():
            return FolderContainer(root)
        if not root.exists():
            raise UsageError(f"There is no file or folder {root}.")
        if root.suffix.lower() != ".zip":
            raise UsageError(f"{root} is neither a folder nor a zip archive. To grade one file: `python -m grader grade {root}`.")
        return open_archive(root.as_posix(), opened.enter_context(root.open("rb")), _MOST_EXPORTED)
    except Unreadable as reason:
        raise UsageError(f"{root} cannot be read. {reason}") from None
    except OSError as error:
        raise UsageError(f"{root} cannot be read: {error.strerror or error}.") from None


def _check(root: Path, layout: Layout, is_one: bool, is_any: bool) -> None:
    if not is_any:
        raise UsageError(f"There is nothing to grade in {root}.")
    if not is_one:
        raise UsageError(f"Nothing in {root} is named as in the layout {layout.name} ({layout.title}): try `--layout auto`.")
