"""What a layout is: a way to tell from the name of each thing in an export whose it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from grader.records.exercise import Exercise
from grader.submissions.upload import Container, ContainerEntry


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that belongs to `student`, all of whose pieces together are one submission.

    Of several attempts the one with the greatest `attempt` is graded; `said` is how the platform writes it. Of two files
    for one exercise in an attempt the one with the greater `upload` counts, if the platform numbers uploads. `file` is
    what the file was called before the export renamed it; `exercise` is known where the name alone tells it. Only what is
    below the folders `below` is looked at. A piece that is `unread` (text typed into a page) is left out, for that reason.
    """

    student: str
    details: Mapping[str, str] = field(default_factory=dict)
    attempt: tuple[str, int] = ("", 0)
    said: str = ""
    upload: int = 0
    file: str = ""
    exercise: str = ""
    below: tuple[str, ...] = ()
    unread: str = ""


# None for what belongs to nobody.
Whose: TypeAlias = Callable[[ContainerEntry], Piece | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """`name` is for `--layout`, `title` for people. `look` looks at an export once; its answer knows each entry."""

    name: str
    title: str
    look: Callable[[Container, Sequence[Exercise]], Whose]


def by_name(whose: Whose) -> Callable[[Container, Sequence[Exercise]], Whose]:
    """For layouts that need the name of an entry only."""
    return lambda box, exercises: whose


def known(**details: str | None) -> dict[str, str]:
    """The details that there are."""
    return {key: value for key, value in details.items() if value}


def titled(name: str | None, number: str) -> str:
    """What a submission is called: names alone may occur twice."""
    return f"{name} ({number})" if name else number
