"""Brightspace: folders `123-456 - Jane Doe - Mar 1, 2026 1030 AM`, one for each attempt, or flat files with that in front."""

from __future__ import annotations

import re
from datetime import datetime

from grader.submissions.layouts.layout import Layout, Piece, by_name, known, titled
from grader.submissions.upload import ContainerEntry

_NAME = re.compile(r"(?P<id>[0-9]+)-(?P<number>[0-9]{1,18}) - (?P<name>.+?) - (?P<date>.+?)(?: - (?P<file>.+))?")
_DATE = "%b %d, %Y %I%M %p"


def _whose(entry: ContainerEntry) -> Piece | None:
    found = _NAME.fullmatch(entry.name)
    if found is None or not (entry.is_folder or found["file"]):
        return None
    return Piece(
        student=titled(found["name"], found["id"]),
        details=known(id=found["id"], name=found["name"], attempt=found["date"]),
        attempt=(_sortable(found["date"]), int(found["number"])),
        said=found["date"],
        file=found["file"] or "",
    )


def _sortable(date: str) -> str:
    """Empty for a date in another language: then the number of the attempt, which grows, decides alone."""
    try:
        return datetime.strptime(date, _DATE).isoformat()
    except ValueError:
        return ""


LAYOUT = Layout("brightspace", "Brightspace", by_name(_whose))
