"""Grades for Canvas and Moodle: the teacher's export with the grades filled in and everything else unchanged.

The cell of a student stays as it is, and the teacher gets a remark, if the row of the student is not certain or if the work
could not be graded.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from grader.batch.showing import showing
from grader.batch.store import Store, Stored
from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.records.result import RunInfo
from grader.reports.csv_report import points_text

Platform = Literal["canvas", "moodle"]

_BOM = "\ufeff"
_CANVAS_ID = re.compile(r" \(\d+\)$")
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Export:
    """A platform's file. `rows` begins with the header. `columns` maps a column to the exercises whose points belong there."""

    platform: Platform
    text: str
    delimiter: str
    rows: Sequence[Sequence[str]]
    columns: Mapping[int, tuple[str, ...]]

    @property
    def file_name(self) -> str:
        return f"{self.platform}.csv"

    def write(self, store: Store, exercises: Sequence[Exercise], run: RunInfo, stream: TextIO) -> None:
        """Write the export with every known grade filled in. Raises Unshowable."""
        rows = [list(row) for row in self.rows]
        students = _Students(self.platform, self.rows)
        for submission in store.submissions():
            with showing(submission):
                for index in students.rows_of(submission):
                    for column, ids in self.columns.items():
                        points = _points(submission, ids, self._possible(index, column))
                        if points is not None and not self._is_locked(index):
                            rows[index][column] = points
        stream.write(_BOM if self.text.startswith(_BOM) else "")
        ends = "\r\n" if "\r\n" in self.text else "\n"
        csv.writer(stream, delimiter=self.delimiter, lineterminator=ends).writerows(rows)

    def remarks(self, store: Store) -> tuple[str, ...]:
        """The students whose cells were left unchanged, and why."""
        absent, ungraded, locked = [], [], []
        students = _Students(self.platform, self.rows)
        for submission in store.submissions():
            rows = students.rows_of(submission)
            if not rows:
                absent.append(submission.name)
            elif any(_points(submission, ids, None) is None for ids in self.columns.values()):
                ungraded.append(submission.name)
            elif any(self._is_locked(row) for row in rows):
                locked.append(submission.name)
        reasons = (
            (absent, f"because no row of {self.platform.title()}'s file certainly belongs to them"),
            (ungraded, "because not everything could be read and graded"),
            (locked, f"because {self.platform.title()} does not allow changes of their grades"),
        )
        return tuple(f"Not filled in {reason}: {_some(names)}." for names, reason in reasons if names)

    def _possible(self, index: int, column: int) -> float | None:
        """The maximum that the platform gives for this cell."""
        if self.platform == "moodle":
            return _decimal(self._cell(index, "Maximum grade"))
        points = next((row for row in self.rows[1:] if "Points Possible" in row[0]), None)
        return None if points is None else _decimal(points[column])

    def _is_locked(self, index: int) -> bool:
        return self.platform == "moodle" and self._cell(index, "Grade can be changed").strip().lower() == "no"

    def _cell(self, index: int, name: str) -> str:
        header = list(self.rows[0])
        return self.rows[index][header.index(name)] if name in header else ""


class _Students:
    """Finds the rows of students by the platform's id, else by a login, an address or a name that only one row has."""

    def __init__(self, platform: Platform, rows: Sequence[Sequence[str]]) -> None:
        self.platform = platform
        self._by_id: dict[str, int] = {}
        self._by_name: defaultdict[str, set[int]] = defaultdict(set)
        key = list(rows[0]).index(_id_column(platform))
        for index, row in enumerate(rows[1:], 1):
            if row[key].strip():
                self._by_id[row[key].rpartition(" ")[2]] = index
            for column in _info_columns(platform, rows[0]):
                for name in _spellings(row[column]):
                    self._by_name[name].add(index)

    def rows_of(self, submission: Stored) -> list[int]:
        """One row, or one for each member of a group. None if it is not certain."""
        details = submission.details
        ids = _parts(details.get("id", "")) if details.get("layout") == self.platform else []
        found = [self._by_id[each] for each in ids if each in self._by_id]
        if found:
            return found
        for names in (*(_parts(details.get(key, "")) for key in ("username", "email", "name")), [submission.name]):
            rows = [self._by_name.get(_folded(name), set()) for name in names]
            if rows and all(len(row) == 1 for row in rows):
                return [index for row in rows for index in row]
        return []


def read_export(path: Path, exercises: Sequence[Exercise]) -> Export:
    """Read an export of Canvas's gradebook or Moodle's grading worksheet. Raises UsageError for any other file."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"`--gradebook {path}` cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"`--gradebook {path}` is not UTF-8: use the file as the platform exported it.") from None
    header = text.lstrip(_BOM).partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    rows = [row for row in csv.reader(io.StringIO(text.lstrip(_BOM), newline=""), delimiter=delimiter) if row]
    platform = _platform(rows, path)
    width = len(rows[0])
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    columns = _moodle_columns(rows, exercises) if platform == "moodle" else _canvas_columns(rows, exercises, path)
    return Export(platform, text, delimiter, rows, columns)


def _platform(rows: Sequence[Sequence[str]], path: Path) -> Platform:
    header = rows[0] if rows else []
    if "ID" in header and "Section" in header:
        return "canvas"
    if "Identifier" in header and "Grade" in header:
        return "moodle"
    raise UsageError(
        f"`--gradebook {path}` is neither Canvas's export of the gradebook (its columns begin with Student, ID) nor Moodle's "
        "grading worksheet in English (with the columns Identifier and Grade)."
    )


def _moodle_columns(rows: Sequence[Sequence[str]], exercises: Sequence[Exercise]) -> dict[int, tuple[str, ...]]:
    return {list(rows[0]).index("Grade"): tuple(each.id for each in exercises)}


def _canvas_columns(rows: Sequence[Sequence[str]], exercises: Sequence[Exercise], path: Path) -> dict[int, tuple[str, ...]]:
    """The columns named after exercises. Otherwise the only assignment, or the only one without a grade, gets the total."""
    header = rows[0]
    assignments = [column for column, title in enumerate(header) if _CANVAS_ID.search(title) and not _is_read_only(rows, column)]
    named: dict[int, tuple[str, ...]] = {}
    for column in assignments:
        title = _folded(_CANVAS_ID.sub("", header[column]))
        ids = [each.id for each in exercises if title in {_folded(name) for name in (each.id, each.slug, each.title)}]
        if ids:
            named[column] = tuple(ids[:1])
    if named:
        return named
    empty = [column for column in assignments if all(row[column].strip() in ("", "-") for row in rows[1:] if _is_student(row))]
    for candidates in (assignments, empty):
        if len(candidates) == 1:
            return {candidates[0]: tuple(each.id for each in exercises)}
    titles = ", ".join(header[column] for column in assignments) or "none"
    raise UsageError(
        f"`--gradebook {path}`: it is not clear which assignment to fill in. The file has: {titles}. "
        "Leave only one assignment in the file, or name the assignments after the exercises."
    )


def _is_read_only(rows: Sequence[Sequence[str]], column: int) -> bool:
    return any("read only" in row[column].lower() for row in rows[1:] if "Points Possible" in row[0])


def _is_student(row: Sequence[str]) -> bool:
    return "Points Possible" not in row[0] and bool(row[0].strip())


def _id_column(platform: Platform) -> str:
    return "ID" if platform == "canvas" else "Identifier"


def _info_columns(platform: Platform, header: Sequence[str]) -> Sequence[int]:
    if platform == "canvas":
        return range(list(header).index("Section"))
    return [column for column, name in enumerate(header) if name in ("Full name", "Email address", "ID number", "Username")]


def _spellings(cell: str) -> Iterator[str]:
    """The name as it is written, and `First Last` for `Last, First`."""
    if cell.strip():
        yield _folded(cell)
        last, comma, first = cell.partition(",")
        if comma:
            yield _folded(first + last)


def _folded(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum() or character == "@")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _points(submission: Stored, ids: Sequence[str], possible: float | None) -> str | None:
    """The points on the platform's scale. None if a mark is missing or the submission could not be read."""
    marks = [submission.marks.get(name) for name in ids]
    scores = [mark.score for mark in marks if mark is not None and mark.score is not None]
    most = sum(mark.max_score for mark in marks if mark is not None)
    if submission.problem or len(scores) < len(ids):
        return None
    return points_text(sum(scores) * possible / most if possible and most else sum(scores))


def _decimal(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
