"""nbgrader: `submitted/<student>/<assignment>/` with a `timestamp.txt`. The course folder or `submitted` itself is given."""

from __future__ import annotations

from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.layout import Layout, StudentEntry, reader_of_names, without_empty


def _read_entry(entry: ContainerEntry) -> StudentEntry | None:
    return StudentEntry(entry.name, details=without_empty(id=entry.name, username=entry.name)) if entry.is_folder else None


LAYOUT = Layout("nbgrader", "nbgrader", reader_of_names(_read_entry))
