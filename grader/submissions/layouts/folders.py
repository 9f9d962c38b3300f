"""A folder or a zip archive for each student, with the student's name."""

from __future__ import annotations

from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.layout import Layout, StudentEntry, reader_of_names, without_empty


def _read_entry(entry: ContainerEntry) -> StudentEntry | None:
    if entry.is_folder:
        return StudentEntry(entry.name, details=without_empty(id=entry.name))
    if entry.name.lower().endswith(".zip"):
        return StudentEntry(entry.name[:-4], details=without_empty(id=entry.name[:-4]))
    return None


LAYOUT = Layout("folders", "a folder for each student", reader_of_names(_read_entry))
