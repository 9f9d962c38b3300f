"""Moodle: folders `Jane Doe_678_assignsubmission_file`, or files whose names begin like that. Typed text has its own folder."""

from __future__ import annotations

import re

from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.layout import Layout, StudentEntry, reader_of_names, unique_name, without_empty

_FOLDER = re.compile(r"(?P<name>.*)_(?P<id>[0-9]+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>)", re.DOTALL)
# The first number that Moodle can have written: what follows it is chosen by the student.
_FILE = re.compile(r"(?P<name>.*?)_(?P<id>[0-9]+)_assignsubmission_(?P<kind>file|onlinetext)_(?P<file>.+)", re.DOTALL)
_TYPED_TEXT = "Text that is typed into Moodle is not graded. Ask the student for a file."


def _read_entry(entry: ContainerEntry) -> StudentEntry | None:
    found = (_FOLDER if entry.is_folder else _FILE).fullmatch(entry.name)
    if found is None:
        return None
    return StudentEntry(
        student=unique_name(found["name"], found["id"]),
        key=found["id"],
        details=without_empty(id=found["id"], name=found["name"]),
        file=found["file"] or "",
        skip_reason=_TYPED_TEXT if found["kind"] == "onlinetext" else "",
    )


LAYOUT = Layout("moodle", "Moodle", reader_of_names(_read_entry))
