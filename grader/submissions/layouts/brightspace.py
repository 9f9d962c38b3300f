"""Brightspace: a folder `123-456 - Jane Doe - Mar 1, 2026 1030 AM` for each attempt, or files whose names begin like that."""

from __future__ import annotations

import re
from datetime import datetime

from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.layout import Layout, StudentEntry, reader_of_names, unique_name, without_empty

_FOLDER = re.compile(r"(?P<id>[0-9]+)-(?P<number>[0-9]{1,18}) - (?P<name>.+) - (?P<date>.+)(?P<file>)", re.DOTALL)
_FILE = re.compile(r"(?P<id>[0-9]+)-(?P<number>[0-9]{1,18}) - (?P<name>.+?) - (?P<date>.+?) - (?P<file>.+)", re.DOTALL)
_DATE = "%b %d, %Y %I%M %p"


def _read_entry(entry: ContainerEntry) -> StudentEntry | None:
    found = (_FOLDER if entry.is_folder else _FILE).fullmatch(entry.name)
    if found is None:
        return None
    return StudentEntry(
        student=unique_name(found["name"], found["id"]),
        key=found["id"],
        details=without_empty(id=found["id"], name=found["name"], attempt=found["date"]),
        attempt=(_iso_date(found["date"]), int(found["number"])),
        attempt_date=found["date"],
        file=found["file"] or "",
    )


def _iso_date(date: str) -> str:
    """Empty for a date in another language. Then only the number of the attempt counts, which always grows."""
    try:
        return datetime.strptime(date, _DATE).isoformat()
    except ValueError:
        return ""


LAYOUT = Layout("brightspace", "Brightspace", reader_of_names(_read_entry))
