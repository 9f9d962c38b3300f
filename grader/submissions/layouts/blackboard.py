"""Blackboard: files `Homework 1_jdoe_attempt_2026-03-01-10-30-00_solution.py`, and a `.txt` receipt for each attempt.

The word `attempt` is in the language of the site. The format of the date is always the same.
"""

from __future__ import annotations

import re

from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.layout import Layout, StudentEntry, reader_of_names, without_empty

_NAME = re.compile(r".+_(?P<user>[^_]+)_[^\W\d_]+_(?P<date>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|\.txt)")


def _read_entry(entry: ContainerEntry) -> StudentEntry | None:
    found = _NAME.fullmatch(entry.name)
    if found is None or entry.is_folder:
        return None
    return StudentEntry(
        student=found["user"],
        details=without_empty(id=found["user"], username=found["user"], attempt=found["date"]),
        attempt=(found["date"] if found["file"] else "", 0),
        attempt_date=found["date"],
        file=found["file"] or "",
        skip_reason="" if found["file"] else "The .txt file is a receipt from Blackboard and contains no code.",
    )


LAYOUT = Layout("blackboard", "Blackboard", reader_of_names(_read_entry))
