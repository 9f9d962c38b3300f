"""Moodle: folders `Jane Doe_678_assignsubmission_file`, or files whose names begin like that. Typed text has its own folder."""

from __future__ import annotations

import re

from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.layout import Layout, StudentEntry, reader_of_names, unique_name, without_empty

_NAME = re.compile(r"(?P<name>[^_]*)_(?P<id>[0-9]+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.*))?")
_TYPED_TEXT = "Text that is typed into Moodle is not graded. Ask the student for a file."


def _read_entry(entry: ContainerEntry) -> StudentEntry | None:
    found = _NAME.fullmatch(entry.name)
    if found is None or not (entry.is_folder or found["file"]):
        return None
    return StudentEntry(
        student=unique_name(found["name"], found["id"]),
        details=without_empty(id=found["id"], name=found["name"]),
        file=found["file"] or "",
        skip_reason=_TYPED_TEXT if found["kind"] == "onlinetext" else "",
    )


LAYOUT = Layout("moodle", "Moodle", reader_of_names(_read_entry))
