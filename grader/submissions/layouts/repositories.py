"""Cloned repositories, one folder each, `homework-1-jdoe`: where there is a folder `solutions`, only that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.exercise import Exercise
from grader.submissions.layouts.layout import Layout, Piece, Whose, known
from grader.submissions.upload import Container, ContainerEntry

_SOLUTIONS = "solutions"


def _look(box: Container, exercises: Sequence[Exercise]) -> Whose:
    prefix = _prefix([entry.name for entry in box.entries() if entry.is_folder])

    def whose(entry: ContainerEntry) -> Piece | None:
        if not entry.is_folder:
            return None
        username = entry.name.removeprefix(prefix)
        below = (_SOLUTIONS,) if box.has(entry.name, _SOLUTIONS) else ()
        return Piece(entry.name, known(id=username, username=username), below=below)

    return whose


def _prefix(names: Sequence[str]) -> str:
    """The name of the assignment, which all repositories begin with; the names of the students follow a dash."""
    if len(names) < 2:
        return ""
    shortest = min(names, key=len)
    alike = next((at for at, letter in enumerate(shortest) if any(name[at] != letter for name in names)), len(shortest))
    return shortest[: shortest.rfind("-", 0, alike) + 1]


LAYOUT = Layout("repositories", "cloned repositories", _look)
