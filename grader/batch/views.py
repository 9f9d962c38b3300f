"""The files of a batch that people read. Each is written from the store, but only if something in it has changed.

A result that cannot be shown is retracted: it has no score in any file, and everything else is written.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TextIO, TypeAlias

from grader.batch import class_page, class_report, gradebook
from grader.batch.feedback import feedback, file_names
from grader.batch.showing import Unshowable, showing
from grader.batch.store import Store, Stored, StoreError
from grader.records.exercise import Exercise
from grader.records.result import Result, RunInfo
from grader.reports.values import counted
from grader.reports.wording.verdicts import not_shown

View: TypeAlias = Callable[[Store, Sequence[Exercise], RunInfo, TextIO], None]

# The name of each file in `--out`, and the function that writes it.
VIEWS: Mapping[str, View] = {"gradebook.csv": gradebook.write, "report.html": class_page.write, "report.json": class_report.write}

FEEDBACK = "feedback"
_MOST_FAULTS = 5
_REFUSED_NAME = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EISDIR, errno.ENOTDIR, errno.ELOOP})


@dataclass(slots=True)
class Written:
    """The files that were written, and the students with trouble: a result was retracted, or their feedback has no file.

    `troubles` are the retracted results by student and exercise in the order in which they were found, `faults` the first
    errors of the grader behind them.
    """

    files: dict[str, None] = field(default_factory=dict)
    feedback: set[str] = field(default_factory=set)
    troubles: dict[tuple[str, str | None], None] = field(default_factory=dict)
    without_feedback: dict[str, None] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)

    @property
    def retracted(self) -> tuple[str, ...]:
        """The students with a retracted result."""
        return tuple(dict.fromkeys(student for student, _ in self.troubles))

    @property
    def names(self) -> tuple[str, ...]:
        more = [f"{FEEDBACK}/ ({counted(len(self.feedback), 'file')})"] if self.feedback else []
        return (*self.files, *more)


def write(
    store: Store, out: Path, exercises: Sequence[Exercise], run: RunInfo, made_of: str, more: Mapping[str, View]
) -> Written:
    """Write the files that are out of date. Raises StoreError if a file cannot be written.

    `made_of` is the key of everything but the results that the views show.
    """
    written = Written()
    while True:
        try:
            _write(store, out, exercises, run, made_of, more, written)
            return written
        except Unshowable as trouble:
            # The first time look for all of them, so that the files are not written once for each.
            found = [trouble] if written.troubles else [*_unshowable(store, exercises), trouble]
            for each in {(every.submission.name, every.exercise): every for every in found}.values():
                _retract(store, each, written)


def write_whole(path: Path, fill: Callable[[TextIO], None]) -> None:
    """Write a file in one step: another process sees the complete old or the complete new one. Raises StoreError."""
    unfinished = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            fill(stream)
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}. "
            "The results are stored: when the file can be written, run the same command again."
        ) from error


def _write(
    store: Store,
    out: Path,
    exercises: Sequence[Exercise],
    run: RunInfo,
    made_of: str,
    more: Mapping[str, View],
    written: Written,
) -> None:
    for name, view in {**VIEWS, **more}.items():
        if store.view(name) != (made_of, store.revision) or not (out / name).exists():
            write_whole(out / name, partial(view, store, exercises, run))
            store.set_view(name, made_of, store.revision)
            written.files[name] = None
    _write_feedback(store, out / FEEDBACK, exercises, made_of, written)


def _write_feedback(store: Store, folder: Path, exercises: Sequence[Exercise], made_of: str, written: Written) -> None:
    known, revision = store.view(FEEDBACK)
    is_new = False
    files = file_names(store.names())
    for submission in store.submissions():
        path = folder / files[submission.name]
        if known != made_of or submission.revision > revision or not os.path.isfile(path):
            text = feedback(store.documents(submission), exercises, submission)
            is_new = True
            try:
                write_whole(path, partial(_write_text, text))
                written.feedback.add(path.name)
            except StoreError as error:
                if not isinstance(error.__cause__, OSError) or error.__cause__.errno not in _REFUSED_NAME:
                    raise
                written.without_feedback[submission.name] = None
    if is_new:
        store.set_view(FEEDBACK, made_of, store.revision)


def _write_text(text: str, stream: TextIO) -> None:
    stream.write(text)


def _retract(store: Store, trouble: Unshowable, written: Written) -> None:
    """Raises the error behind the trouble if retracting has not helped."""
    submission, exercise, error = trouble.submission, trouble.exercise, trouble.error
    if (submission.name, exercise) in written.troubles:
        raise error
    reason = not_shown(type(error).__name__)
    if exercise is None:
        store.retract_all(submission, reason)
    else:
        store.retract(submission, exercise, reason)
    written.troubles[submission.name, exercise] = None
    if len(written.faults) < _MOST_FAULTS:
        written.faults.append(error)


def _unshowable(store: Store, exercises: Sequence[Exercise]) -> list[Unshowable]:
    """Every submission and every result in the store that some view cannot show."""
    troubles: list[Unshowable] = []
    ids = [exercise.id for exercise in exercises]
    for submission in store.submissions():
        documents = store.documents(submission)
        checks = [partial(_show_submission, submission, ids)]
        checks += [partial(_show, each, submission, documents[each.id]) for each in exercises if each.id in documents]
        for check in checks:
            try:
                check()
            except Unshowable as trouble:
                if len(troubles) >= _MOST_FAULTS:
                    trouble.error.__traceback__ = None  # it holds the document in memory
                trouble.__traceback__ = None
                troubles.append(trouble)
    return troubles


def _show_submission(submission: Stored, ids: Sequence[str]) -> None:
    """Make what the views make of one submission without its results. Raises Unshowable."""
    with showing(submission):
        gradebook.row_of(submission, list(submission.details), ids)


def _show(exercise: Exercise, submission: Stored, document: str) -> None:
    """Make what the views make of one result. Raises Unshowable."""
    feedback({exercise.id: document}, [exercise], submission)
    with showing(submission, exercise.id):
        class_page.check(Result.model_validate_json(document))
