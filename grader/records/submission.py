"""The submission of one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNCERTAIN_OWNER = "uncertain"


@dataclass(frozen=True, slots=True)
class SolutionFile:
    """One solution. `path` is for people. `text` is None if the file could not be read; `problem` says why.

    `neighbours`: the Python files beside it, which it cannot import. `cells`: for each line of a notebook's code, the number
    of its cell and of its line in that cell, both counted from 1. `original`: the text with its own line ends and its BOM, if
    these are not those of `text`. `is_utf8`: the encoding of the file is UTF-8.
    """

    path: str
    text: str | None
    problem: str = ""
    neighbours: tuple[str, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()
    original: str = ""
    is_utf8: bool = True


@dataclass(frozen=True, slots=True)
class Stray:
    """An unmatched file: it belongs to no exercise. `nearest`: the path that was perhaps meant."""

    path: str
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """`files` maps the id of each exercise to the file that was submitted for it.

    `problem` says why the submission cannot be read. `details` are the learning platform's data about the student and the
    attempt, as far as they are known: layout, received (the name in the export), id, name, username, email, attempt, late;
    those of the members of a group are separated by "; ". If it is not certain whose work this is, the detail owner is
    UNCERTAIN_OWNER, and a note says why. `notes` say which file was chosen and what was ignored.
    """

    name: str
    files: Mapping[str, SolutionFile]
    strays: tuple[Stray, ...] = ()
    problem: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
