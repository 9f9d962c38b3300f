"""What one person handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SolutionFile:
    """One solution. `path` is how people know it; `text` is None when it could not be read, and `problem` says why.

    `neighbours` are the Python files beside it, which it cannot import. Of a notebook, `cells` says for each line of the
    text which cell it comes from and which line of that cell it is, both counted from 1.
    """

    path: str
    text: str | None
    problem: str = ""
    neighbours: tuple[str, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that belongs to no exercise, and the path it may have been meant for."""

    path: str
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """`files` maps the ids of exercises to the file handed in for each.

    `problem` says why nothing of it can be read. `details` are what the learning platform knows of the student and the
    attempt: layout, received (the name it was exported under), id, name, username, email, attempt, late, each only where
    it is known; of a group, the members' are separated by "; ". `notes` say what was chosen and what was left out.
    """

    name: str
    files: Mapping[str, SolutionFile]
    strays: tuple[Stray, ...] = ()
    problem: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
