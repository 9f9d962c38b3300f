"""Grades for Canvas and Moodle: the teacher's export with the grades filled in and everything else unchanged.

The cell of a student stays as it is, and the teacher gets a remark, if the row of the student is not certain or if the work
could not be graded.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from grader.batch.showing import showing
from grader.batch.store import Store, Stored
from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.records.result import RunInfo
from grader.records.submission import UNCERTAIN_OWNER
from grader.reports.csv_report import points_text
from grader.reports.values import some
from grader.submissions.layouts.layout import without_accents

Platform = Literal["canvas", "moodle"]

_BOM = "\ufeff"
# What Moodle calls its columns in German; the names are folded.
_MOODLE_WORDS = {
    "id": "Identifier",
    "vollständigername": "Full name",
    "emailadresse": "Email address",
    "idnummer": "ID number",
    "matrikelnummer": "ID number",
    "anmeldename": "Username",
    "bewertung": "Grade",
    "bestwertung": "Maximum grade",
    "bewertungkanngeändertwerden": "Grade can be changed",
}
_NO = ("no", "nein")
_CANVAS_ID = re.compile(r" \(\d+\)$")


@dataclass(frozen=True, slots=True)
class Export:
    """A platform's file. `rows` begins with the header. `columns` maps a column to the exercises whose points belong there.

    `names` are the names of the columns, in English.
    """

    platform: Platform
    text: str
    delimiter: str
    rows: Sequence[Sequence[str]]
    columns: Mapping[int, tuple[str, ...]]
    names: Sequence[str]

    @property
    def file_name(self) -> str:
        return f"{self.platform}.csv"

    def write(self, store: Store, exercises: Sequence[Exercise], run: RunInfo, stream: TextIO) -> None:
        """Write the export with every known grade filled in. Raises Unshowable."""
        rows = [list(row) for row in self.rows]
        certain = self._certain_rows(store)
        for submission in store.submissions():
            with showing(submission):
                for index in certain.get(submission.name, ()):
                    for column, ids in self.columns.items():
                        points = _points(submission, ids, self._possible(index, column))
                        if points is not None and not self._is_locked(index):
                            rows[index][column] = points.replace(".", ",") if self._has_decimal_commas(index) else points
        stream.write(_BOM if self.text.startswith(_BOM) else "")
        ends = "\r\n" if "\r\n" in self.text else "\n"
        csv.writer(stream, delimiter=self.delimiter, lineterminator=ends).writerows(rows)

    def remarks(self, store: Store) -> tuple[str, ...]:
        """The students whose cells were left unchanged, and why."""
        absent, ungraded, locked = [], [], []
        certain = self._certain_rows(store)
        for submission in store.submissions():
            rows = certain.get(submission.name, ())
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
        return tuple(f"Not filled in {reason}: {some(names)}." for names, reason in reasons if names)

    def _certain_rows(self, store: Store) -> dict[str, list[int]]:
        """The rows of each submission. None for two submissions that claim one row: which of them it is, is not certain."""
        students = _Students(self.platform, self.rows, self.names)
        claims: dict[str, list[int]] = {}
        for submission in store.submissions():
            with showing(submission):
                claims[submission.name] = students.rows_of(submission)
        times = Counter(row for rows in claims.values() for row in rows)
        return {name: rows for name, rows in claims.items() if all(times[row] == 1 for row in rows)}

    def _has_decimal_commas(self, index: int) -> bool:
        return self.platform == "moodle" and "," in self._cell(index, "Maximum grade")

    def _possible(self, index: int, column: int) -> float | None:
        """The maximum that the platform gives for this cell."""
        if self.platform == "moodle":
            return _decimal(self._cell(index, "Maximum grade"))
        points = next((row for row in self.rows[1:] if "Points Possible" in row[0]), None)
        return None if points is None else _decimal(points[column])

    def _is_locked(self, index: int) -> bool:
        return self.platform == "moodle" and self._cell(index, "Grade can be changed").strip().lower() in _NO

    def _cell(self, index: int, name: str) -> str:
        return self.rows[index][self.names.index(name)] if name in self.names else ""


class _Students:
    """Finds the rows of students by the platform's id, else by a login, an address or a name that only one row has."""

    def __init__(self, platform: Platform, rows: Sequence[Sequence[str]], names: Sequence[str]) -> None:
        self.platform = platform
        self._rows, self._names = rows, names
        self._by_id: defaultdict[str, set[int]] = defaultdict(set)
        self._by_name: defaultdict[str, set[int]] = defaultdict(set)
        self._by_similar_name: defaultdict[str, set[int]] = defaultdict(set)
        key = names.index(_id_column(platform))
        for index, row in enumerate(rows[1:], 1):
            if row[key].strip():
                self._by_id[row[key].strip().rpartition(" ")[2]].add(index)
            for column in _info_columns(platform, names):
                for name in _spellings(row[column]):
                    self._by_name[_folded(name)].add(index)
                    self._by_similar_name[_folded(without_accents(name))].add(index)

    def rows_of(self, submission: Stored) -> list[int]:
        """One row, or one for each member of a group. None if it is not certain."""
        details = submission.details
        if details.get("owner") == UNCERTAIN_OWNER:
            return []
        of_members = {key: _parts(details.get(key, "")) for key in ("id", "username", "email", "name")}
        members = max(map(len, of_members.values())) or 1
        ids = of_members.pop("id") if details.get("layout") == self.platform else []
        if any(each in self._by_id for each in ids):
            rows = [self._by_id.get(each, set()) for each in ids]
            return self._one_each(rows, members) if self._has_name(rows, details.get("name", "")) else []
        if details.get("layout") == "repositories" and (user := details.get("username", "")):
            # Where the user's name begins is not certain: `d-smith` in `homework-1-d-smith`.
            readings = [name for name in _ends(submission.name) if name.endswith(user)]
            return self._one_each([{row for name in readings for row in self._rows_named(name)}], 1)
        for names in (*of_members.values(), [submission.name]):
            if found := self._one_each([self._rows_named(name) for name in names], members):
                return found
        return []

    def _one_each(self, rows: Sequence[set[int]], members: int) -> list[int]:
        """A row for each member of a group, or none for all of them."""
        certain = {index for row in rows if len(row) == 1 for index in row}
        return sorted(certain) if len(certain) == len(rows) == members else []

    def _rows_named(self, name: str) -> set[int]:
        """The row with this name. If there are others whose names differ only in accents, it is not certain."""
        spellings = list(_spellings(name))
        exact = {row for each in spellings for row in self._by_name.get(_folded(each), ())}
        similar = {row for each in spellings for row in self._by_similar_name.get(_folded(without_accents(each)), ())}
        return exact if exact == similar else set()

    def _has_name(self, rows: Sequence[set[int]], name: str) -> bool:
        """Moodle's number can also be that of a group. Then the name in the export does not end with that of the row."""
        if self.platform != "moodle" or not name or "Full name" not in self._names:
            return True
        column = self._names.index("Full name")
        full_names = {_folded(self._rows[index][column]) for row in rows for index in row}
        return all(each and _folded(name).endswith(each) for each in full_names)


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
    try:
        rows = [row for row in csv.reader(io.StringIO(text.lstrip(_BOM), newline=""), delimiter=delimiter) if row]
    except csv.Error as error:
        raise UsageError(f"`--gradebook {path}` is not CSV ({error}): use the file as the platform exported it.") from None
    rows = [[*row, *[""] * (len(rows[0]) - len(row))] for row in rows]
    platform, names = _platform_and_names(rows, path)
    columns = _moodle_columns(names, exercises) if platform == "moodle" else _canvas_columns(rows, exercises, path)
    return Export(platform, text, delimiter, rows, columns, names)


def _platform_and_names(rows: Sequence[Sequence[str]], path: Path) -> tuple[Platform, list[str]]:
    """Whose export it is, and the names of its columns in English. Raises UsageError."""
    header = list(rows[0]) if rows else []
    if "ID" in header and "Section" in header:
        return "canvas", header
    names = _english_names(rows) if rows else []
    if "Identifier" in names and "Grade" in names:
        return "moodle", names
    raise UsageError(
        f"`--gradebook {path}` is neither Canvas's export of the gradebook (its columns begin with Student, ID) nor Moodle's "
        "grading worksheet (its first column has Participant 1, Participant 2; one column has the maximum grade)."
    )


def _english_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """The names of the columns of Moodle's worksheet. In languages that are not known, they are found by what is in them."""
    names = [_MOODLE_WORDS.get(_folded(name), name) for name in rows[0]]
    if "Identifier" in names and "Grade" in names:
        return names
    students = rows[1:]
    if not students or len({row[0].rpartition(" ")[0] for row in students}) != 1:
        return names
    if not all(re.fullmatch(r"\S.* [0-9]+", row[0].strip()) for row in students):
        return names
    maximums = [column for column in range(2, len(names)) if _is_maximum(students, column)]
    if len(maximums) == 1:
        names[0], names[maximums[0] - 1], names[maximums[0]] = "Identifier", "Grade", "Maximum grade"
        if maximums[0] > 2 and len({row[1] for row in students}) == len(students):
            names[1] = "Full name"
        for column in range(2, maximums[0] - 1):
            if all("@" in row[column] for row in students):
                names[column] = "Email address"
    return names


def _is_maximum(students: Sequence[Sequence[str]], column: int) -> bool:
    """Has this column one positive number, and the column before it only grades up to it, or nothing?"""
    (most, *others) = {_decimal(row[column]) for row in students}
    grades = [row[column - 1].strip() for row in students]
    numbers = [_decimal(grade) for grade in grades if grade not in ("", "-")]
    return not others and most is not None and most > 0 and all(each is not None and 0 <= each <= most for each in numbers)


def _moodle_columns(names: Sequence[str], exercises: Sequence[Exercise]) -> dict[int, tuple[str, ...]]:
    return {names.index("Grade"): tuple(each.id for each in exercises)}


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
    titles = some([header[column] for column in assignments]) or "none"
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
        yield cell
        last, comma, first = cell.partition(",")
        if comma:
            yield first + last


def _folded(text: str) -> str:
    """Without case, blanks and most punctuation. Accents are kept, however they are written."""
    letters = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(each for each in letters if each.isalnum() or each == "@" or unicodedata.combining(each))


def _ends(name: str) -> list[str]:
    """`a-b-c`, `b-c` and `c` for `a-b-c`."""
    return [name, *(name[at + 1 :] for at, letter in enumerate(name) if letter == "-")]


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
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
