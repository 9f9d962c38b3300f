"""What a layout is: a function that finds the student, and more, in the name of each entry of an export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from grader.records.exercise import Exercise
from grader.submissions.container import Container, ContainerEntry


@dataclass(frozen=True, slots=True)
class StudentEntry:
    """An entry that belongs to `student`. All entries of a student are one submission.

    Of several attempts, the one with the greatest `attempt` is graded; `attempt_date` is how the platform writes its date.
    Of two files for one exercise in an attempt, the one with the greater `upload_number` counts. `file` is the file name
    before the platform renamed it. `exercise` is set only if the name of the entry contains it. Of a folder, only what is
    in the folder `below` is read. If there is a `skip_reason`, the entry is not graded, and the reason becomes a note.
    """

    student: str
    details: Mapping[str, str] = field(default_factory=dict)
    attempt: tuple[str, int] = ("", 0)
    attempt_date: str = ""
    upload_number: int = 0
    file: str = ""
    exercise: str = ""
    below: tuple[str, ...] = ()
    skip_reason: str = ""


# Returns None for an entry that belongs to no student.
EntryReader: TypeAlias = Callable[[ContainerEntry], StudentEntry | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """`name` is the value of `--layout`, `title` is for messages. `reader_for` is called once for each export."""

    name: str
    title: str
    reader_for: Callable[[Container, Sequence[Exercise]], EntryReader]


def reader_of_names(read_entry: EntryReader) -> Callable[[Container, Sequence[Exercise]], EntryReader]:
    """`reader_for` of a layout that needs only the name of an entry."""
    return lambda container, exercises: read_entry


def without_empty(**details: str | None) -> dict[str, str]:
    """The details that have a value."""
    return {key: value for key, value in details.items() if value}


def unique_name(name: str | None, number: str) -> str:
    """The name of a submission: two students may have the same name, but not the same number."""
    return f"{name} ({number})" if name else number
