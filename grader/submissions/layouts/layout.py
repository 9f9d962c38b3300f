"""What a layout is: a function that finds the student, and more, in the name of each entry of an export."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from grader.records.exercise import Exercise
from grader.submissions.container import Container, ContainerEntry


@dataclass(frozen=True, slots=True)
class StudentEntry:
    """An entry that belongs to `student`. All entries of a student are one submission.

    `key` is what the platform distinguishes people by; without one it is the name. `doubt` says why it is not certain who
    the student is. Nothing that a student can choose, such as a file name, may change `student`, `key` or `doubt`.
    Of several attempts, the one with the greatest `attempt` is graded; `attempt_date` is how the platform writes its date.
    Of two files for one exercise in an attempt, the one with the greater `upload_number` counts. `file` is the file name
    before the platform renamed it. `exercise` is set only if the name of the entry contains it. Of a folder, only what is
    in the folder `below` is read. If there is a `skip_reason`, the entry is not graded, and the reason becomes a note.
    """

    student: str
    key: str = ""
    doubt: str = ""
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
    """`name` is the value of `--layout`, `title` is for messages.

    `reader_for` may be called several times for one export: to recognise its layout, and then to read it.
    """

    name: str
    title: str
    reader_for: Callable[[Container, Sequence[Exercise]], EntryReader]


def reader_of_names(read_entry: EntryReader) -> Callable[[Container, Sequence[Exercise]], EntryReader]:
    """`reader_for` of a layout that needs only the name of an entry."""
    return lambda container, exercises: read_entry


def without_empty(**details: str | Sequence[str] | None) -> dict[str, str]:
    """The details that have a value. Several values, those of a group's members, are joined with "; "."""
    several = {key: [value] if isinstance(value, str) else value or [] for key, value in details.items()}
    joined = {key: "; ".join(each.replace(";", ",") for each in values if each) for key, values in several.items()}
    return {key: value for key, value in joined.items() if value}


def folded(name: str) -> str:
    """Equal for names that file systems or people may take for the same: case, Unicode's forms, blanks and accents."""
    return " ".join(without_accents(without_accents(name).casefold()).split())


def without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def unique_name(name: str | None, number: str) -> str:
    """The name of a submission: two students may have the same name, but not the same number."""
    return f"{name} ({number})" if name else number
