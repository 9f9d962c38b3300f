"""Blackboard: flat files `Homework 1_jdoe_attempt_2026-03-01-10-30-00_solution.py`; a `.txt` receipt beside each attempt.

The word `attempt` is in the language of the site; the date is not.
"""

from __future__ import annotations

import re

from grader.submissions.layouts.layout import Layout, Piece, by_name, known
from grader.submissions.upload import ContainerEntry

_NAME = re.compile(r".+_(?P<user>[^_]+)_[^\W\d_]+_(?P<date>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|\.txt)")


def _whose(entry: ContainerEntry) -> Piece | None:
    found = _NAME.fullmatch(entry.name)
    if found is None or entry.is_folder:
        return None
    return Piece(
        student=found["user"],
        details=known(id=found["user"], username=found["user"], attempt=found["date"]),
        attempt=(found["date"] if found["file"] else "", 0),
        said=found["date"],
        file=found["file"] or "",
        unread="" if found["file"] else "A receipt of Blackboard holds no code.",
    )


LAYOUT = Layout("blackboard", "Blackboard", by_name(_whose))
