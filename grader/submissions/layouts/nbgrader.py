"""nbgrader: `submitted/<student>/<assignment>/`, with a `timestamp.txt`; given the course's folder or `submitted` itself."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.exercise import Exercise
from grader.submissions.layouts.layout import Layout, Piece, Whose, known
from grader.submissions.upload import Container, ContainerEntry


def _look(box: Container, exercises: Sequence[Exercise]) -> Whose:
    return _whose


def _whose(entry: ContainerEntry) -> Piece | None:
    return Piece(entry.name, known(id=entry.name, username=entry.name)) if entry.is_folder else None


LAYOUT = Layout("nbgrader", "nbgrader", _look)
