"""Cloned repositories in folders `homework-1-jdoe`. If a repository has a folder `solutions`, only that folder is read."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.exercise import Exercise
from grader.submissions.container import Container, ContainerEntry
from grader.submissions.layouts.layout import EntryReader, Layout, StudentEntry, without_empty

_SOLUTIONS = "solutions"


def _reader_for(container: Container, exercises: Sequence[Exercise]) -> EntryReader:
    prefix = _common_prefix([entry.name for entry in container.entries() if entry.is_folder])

    def read_entry(entry: ContainerEntry) -> StudentEntry | None:
        if not entry.is_folder:
            return None
        username = entry.name.removeprefix(prefix)
        below = (_SOLUTIONS,) if container.has(entry.name, _SOLUTIONS) else ()
        return StudentEntry(entry.name, details=without_empty(id=username, username=username), below=below)

    return read_entry


def _common_prefix(names: Sequence[str]) -> str:
    """The name of the assignment and a dash, with which all names begin. The rest of a name is the student."""
    if len(names) < 2:
        return ""
    shortest = min(names, key=len)
    end = next((at for at, letter in enumerate(shortest) if any(name[at] != letter for name in names)), len(shortest))
    return shortest[: shortest.rfind("-", 0, end) + 1]


LAYOUT = Layout("repositories", "cloned repositories", _reader_for)
