"""The feedback for one student: the report of `grade` as a text file, without the seed and the numbers of hidden cases."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from unicodedata import normalize

from rich.text import Text

from grader.batch.showing import showing
from grader.batch.store import Stored
from grader.records.events import ExerciseGraded
from grader.records.exercise import Exercise
from grader.records.result import Result
from grader.reports.terminal import Terminal
from grader.reports.wording import course

_WIDTH = 100
_LONGEST_NAME = 120  # bytes
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?![^ .])", re.IGNORECASE)  # on Windows, whatever the extension


def feedback(documents: Mapping[str, str], exercises: Sequence[Exercise], submission: Stored) -> str:
    """The results in the order of the course, then the notes and the unmatched files. Raises Unshowable.

    `documents` are the stored results of the submission by exercise.
    """
    stream = io.StringIO()
    terminal = Terminal(stream, exercises, width=_WIDTH, colour=False)
    results = list(_printed(documents, exercises, submission, terminal))
    with showing(submission):
        if submission.problem:
            terminal.print(Text(terminal.safe(submission.problem), "bold"))
        else:
            terminal.print()
            terminal.print(Text(course.totals(results)))
        for note in submission.notes:
            terminal.print(Text(terminal.safe(note)))
        for stray in submission.strays:
            terminal.print(Text(terminal.safe(course.unmatched(stray.path, stray.nearest))))
    return stream.getvalue()


def _printed(
    documents: Mapping[str, str], exercises: Sequence[Exercise], submission: Stored, terminal: Terminal
) -> Iterator[Result]:
    """Each result, after it was printed. Nothing is printed of a submission that could not be read."""
    for each in exercises:
        if each.id in documents:
            with showing(submission, each.id):
                result = Result.model_validate_json(documents[each.id])
                if not submission.problem:
                    terminal(ExerciseGraded(result))
            yield result


def file_names(students: Iterable[str]) -> dict[str, str]:
    """A file name for each student that every file system accepts.

    No two of them are the same file anywhere, also where case and the Unicode normal form do not count. A name depends only on
    the students before it, so a new student at the end never takes the file of another.
    """
    taken: set[str] = set()
    names: dict[str, str] = {}
    for student in students:
        names[student] = next(each for each in _candidates(student) if _folded(each) not in taken)
        taken.add(_folded(names[student]))
    return names


def _candidates(student: str) -> Iterator[str]:
    """The student's name if it is safe, then with digits of its hash."""
    safe = re.sub(r"[^\w .,@()+-]", "_", student).strip(" .").encode()[:_LONGEST_NAME].decode(errors="ignore")
    if safe and safe == student and not _RESERVED.match(safe):
        yield f"{safe}.txt"
    digits = hashlib.sha256(student.encode()).hexdigest()
    start = "student" if _RESERVED.match(safe) else safe or "student"
    for length in range(8, len(digits) + 1, 8):
        yield f"{start}-{digits[:length]}.txt"
    for number in count(2):
        yield f"{start}-{digits}-{number}.txt"


def _folded(name: str) -> str:
    """The same for all names that some file system takes for the same file."""
    return normalize("NFKC", normalize("NFKC", normalize("NFKC", name).upper()).casefold())
