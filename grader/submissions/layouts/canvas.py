"""Canvas: files `doejane_LATE_12345_67890_solution.py`: student, student number, upload number and file name."""

from __future__ import annotations

import re

from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.layout import Layout, StudentEntry, reader_of_names, unique_name, without_empty

_NAME = re.compile(
    r"(?:(?P<name>(?!anon_|LATE_).*?)_)?(?:(?P<late>LATE)_)?(?P<id>[0-9]+|anon_[A-Za-z0-9]+)_"
    r"(?:(?P<upload>[0-9]{1,18})_(?P<file>.+)|(?P<page>text|link)\.html)"
)
_SKIP_REASONS = {
    "text": "Text that is typed into Canvas is not graded. Ask the student for a file.",
    "link": "A link is not followed. Ask the student for the file.",
}


def _read_entry(entry: ContainerEntry) -> StudentEntry | None:
    found = _NAME.fullmatch(entry.name)
    if found is None or entry.is_folder:
        return None
    return StudentEntry(
        student=unique_name(found["name"], found["id"]),
        details=without_empty(id=found["id"], name=found["name"], late="yes" if found["late"] else None),
        upload_number=int(found["upload"] or 0),
        file=found["file"] or "",
        skip_reason=_SKIP_REASONS.get(found["page"], ""),
    )


LAYOUT = Layout("canvas", "Canvas", reader_of_names(_read_entry))
