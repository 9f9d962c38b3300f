"""The feedback for one student: the report of `grade` as a text file, without the seed and the numbers of hidden cases."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence

from rich.text import Text

from grader.batch.showing import showing
from grader.batch.store import Store, Stored
from grader.records.events import ExerciseGraded
from grader.records.exercise import Exercise
from grader.records.result import Result
from grader.reports.terminal import Terminal
from grader.reports.wording import course

_WIDTH = 100
_LONGEST_NAME = 120  # bytes


def feedback(store: Store, exercises: Sequence[Exercise], submission: Stored) -> str:
    """The results in the order of the course, then the notes and the unmatched files. Raises Unshowable."""
    stream = io.StringIO()
    terminal = Terminal(stream, exercises, width=_WIDTH, colour=False)
    results = list(_printed(store, exercises, submission, terminal))
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


def _printed(store: Store, exercises: Sequence[Exercise], submission: Stored, terminal: Terminal) -> Iterator[Result]:
    """Each result, after it was printed. Nothing is printed of a submission that could not be read."""
    documents = store.documents(submission)
    for each in exercises:
        if each.id in documents:
            with showing(submission, each.id):
                result = Result.model_validate_json(documents[each.id])
                if not submission.problem:
                    terminal(ExerciseGraded(result))
            yield result


def file_name(student: str) -> str:
    """A name that every file system accepts, different for each student."""
    safe = re.sub(r"[^\w .,@()+-]", "_", student).strip(" .").encode()[:_LONGEST_NAME].decode(errors="ignore")
    if safe and safe == student:
        return f"{safe}.txt"
    return f"{safe or 'student'}-{hashlib.sha256(student.encode()).hexdigest()[:8]}.txt"
