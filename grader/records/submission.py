"""What one person handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SolutionFile:
    """One solution. `path` is how people know it; `text` is None when it could not be read, and `problem` says why.

    `neighbours` are the Python files beside it, which it cannot import.
    """

    path: str
    text: str | None
    problem: str = ""
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that belongs to no exercise, and the path it may have been meant for."""

    path: str
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """`files` maps the ids of exercises to the file handed in for each."""

    name: str
    files: Mapping[str, SolutionFile]
    strays: tuple[Stray, ...] = ()
