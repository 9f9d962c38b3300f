"""Reads the submissions of a class from a folder or an archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.records.submission import Submission
from grader.submissions.archive_container import open_archive
from grader.submissions.container import Container, Unreadable
from grader.submissions.folder_container import FolderContainer
from grader.submissions.layouts.choose import can_be_submission, choose_layout
from grader.submissions.owners import owners_of
from grader.submissions.student_submission import student_submission

_MOST_EXPORTED = 300_000


def collect_submissions(
    root: Path, exercises: Sequence[Exercise], layout: str = "auto", only: Sequence[str] = ()
) -> Iterator[Submission]:
    """Every submission in a folder or a zip archive, sorted by name. Each is read when the iterator reaches it.

    `layout` is `auto` or a name in `LAYOUTS`; `only` are the ids of the exercises to grade (empty: all). A submission that
    cannot be read has a `problem`. Raises UsageError if there is no submission, or none with a name of this layout.
    """
    with ExitStack() as opened:
        graded = [each for each in exercises if not only or each.id in only]
        container, chosen_layout = choose_layout(_open_container(root, opened), graded, layout)
        read_entry = chosen_layout.reader_for(container, graded)
        found = [(entry, read_entry(entry)) for entry in container.entries()]
        owners = owners_of([(entry, student) for entry, student in found if student or can_be_submission(entry)])
        if not owners:
            raise UsageError(f"There is nothing to grade in {root}.")
        if not any(student for _, student in found):
            raise UsageError(
                f"No name in {root} fits the layout {chosen_layout.name} ({chosen_layout.title}). Try `--layout auto`."
            )
        for owner in owners:
            yield student_submission(owner, container, chosen_layout, exercises, graded)


def _open_container(root: Path, opened: ExitStack) -> Container:
    try:
        if root.is_dir():
            return FolderContainer(root)
        if not root.exists():
            raise UsageError(f"There is no file or folder {root}.")
        if root.suffix.lower() != ".zip":
            raise UsageError(
                f"{root} is neither a folder nor a zip archive. To grade one file, use `python -m grader grade {root}`."
            )
        return open_archive(root.as_posix(), opened.enter_context(root.open("rb")), _MOST_EXPORTED)
    except Unreadable as reason:
        raise UsageError(f"{root} cannot be read. {reason}") from None
    except OSError as error:
        raise UsageError(f"{root} cannot be read: {error.strerror or error}.") from None
