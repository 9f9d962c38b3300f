"""Canvas: files `doejane_LATE_12345_67890_solution.py`: student, student number, upload number and file name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.records.exercise import Exercise
from grader.submissions.container import Container, ContainerEntry
from grader.submissions.layouts.layout import EntryReader, Layout, StudentEntry, unique_name, without_empty

_NUMBERS = r"(?P<id>[0-9]+|anon_[A-Za-z0-9]+)_(?:(?P<upload>[0-9]{1,18})_(?P<file>.+)|(?P<page>text|link)\.html)"  # of Canvas
_WITH_NAME = re.compile(rf"(?:(?P<name>(?!anon_|LATE_).*?)_)?(?:(?P<late>LATE)_)?{_NUMBERS}", re.DOTALL)
_WITHOUT_NAME = re.compile(rf"(?P<name>)(?:(?P<late>LATE)_)?{_NUMBERS}", re.DOTALL)
_TWO_NUMBERS = re.compile(r"[0-9]+_[0-9]{1,18}_")
_NUMBER_AS_NAME = re.compile(r"[0-9]+_[0-9]+_(?:[0-9]{1,18}_.|(?:text|link)\.html$)", re.DOTALL)

_SKIP_REASONS = {
    "text": "Text that is typed into Canvas is not graded. Ask the student for a file.",
    "link": "A link is not followed. Ask the student for the file.",
}
_DOUBT = "Its name begins with three numbers: the first can be a student's name or Canvas's number of the student."


def _reader_for(container: Container, exercises: Sequence[Exercise]) -> EntryReader:
    """Names that begin with two numbers have no student's name, unless every such name has room for one."""
    numbered = [entry.name for entry in container.entries() if not entry.is_folder and _TWO_NUMBERS.match(entry.name)]
    names_are_numbers = all(_NUMBER_AS_NAME.match(name) for name in numbered)

    def read_entry(entry: ContainerEntry) -> StudentEntry | None:
        begins_with_numbers = _TWO_NUMBERS.match(entry.name) is not None
        pattern = _WITHOUT_NAME if begins_with_numbers and not names_are_numbers else _WITH_NAME
        found = None if entry.is_folder else pattern.fullmatch(entry.name)
        if found is None:
            return None
        return StudentEntry(
            student=unique_name(found["name"], found["id"]),
            key=found["id"],
            doubt=_DOUBT if begins_with_numbers and names_are_numbers else "",
            details=without_empty(id=found["id"], name=found["name"], late="yes" if found["late"] else None),
            upload_number=int(found["upload"] or 0),
            file=found["file"] or "",
            skip_reason=_SKIP_REASONS.get(found["page"], ""),
        )

    return read_entry


LAYOUT = Layout("canvas", "Canvas", _reader_for)
