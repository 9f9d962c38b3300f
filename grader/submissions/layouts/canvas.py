"""Canvas: flat files `doejane_LATE_12345_67890_solution.py`: the name, the student's number, the upload's, the file's name."""

from __future__ import annotations

import re

from grader.submissions.layouts.layout import Layout, Piece, by_name, known, titled
from grader.submissions.upload import ContainerEntry

_NAME = re.compile(
    r"(?:(?P<name>(?!anon_|LATE_).*?)_)?(?:(?P<late>LATE)_)?(?P<id>[0-9]+|anon_[A-Za-z0-9]+)_"
    r"(?:(?P<upload>[0-9]{1,18})_(?P<file>.+)|(?P<page>text|link)\.html)"
)
_UNREAD = {
    "text": "Text typed into Canvas is not graded: ask for a file.",
    "link": "A link is not followed: ask for the file.",
}


def _whose(entry: ContainerEntry) -> Piece | None:
    found = _NAME.fullmatch(entry.name)
    if found is None or entry.is_folder:
        return None
    return Piece(
        student=titled(found["name"], found["id"]),
        details=known(id=found["id"], name=found["name"], late="yes" if found["late"] else None),
        upload=int(found["upload"] or 0),
        file=found["file"] or "",
        unread=_UNREAD.get(found["page"], ""),
    )


LAYOUT = Layout("canvas", "Canvas", by_name(_whose))
