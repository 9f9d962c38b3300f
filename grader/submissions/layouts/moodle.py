"""Moodle: folders `Jane Doe_678_assignsubmission_file`, or flat files with that in front; typed text in a folder of its own."""

from __future__ import annotations

import re

from grader.submissions.layouts.layout import Layout, Piece, by_name, known, titled
from grader.submissions.upload import ContainerEntry

_NAME = re.compile(r"(?P<name>[^_]*)_(?P<id>[0-9]+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.*))?")


def _whose(entry: ContainerEntry) -> Piece | None:
    found = _NAME.fullmatch(entry.name)
    if found is None or not (entry.is_folder or found["file"]):
        return None
    return Piece(
        student=titled(found["name"], found["id"]),
        details=known(id=found["id"], name=found["name"]),
        file=found["file"] or "",
        unread="Text typed into Moodle is not graded: ask for a file." if found["kind"] == "onlinetext" else "",
    )


LAYOUT = Layout("moodle", "Moodle", by_name(_whose))
