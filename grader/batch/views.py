"""The files of a batch that people read. Each is written from the store, but only if something in it has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TextIO, TypeAlias

from grader.batch import class_page, class_report, gradebook
from grader.batch.feedback import feedback, file_name
from grader.batch.store import Store, StoreError
from grader.records.exercise import Exercise
from grader.records.result import RunInfo
from grader.reports.values import counted

View: TypeAlias = Callable[[Store, Sequence[Exercise], RunInfo, TextIO], None]

# The name of each file in `--out`, and the function that writes it.
VIEWS: Mapping[str, View] = {"gradebook.csv": gradebook.write, "report.html": class_page.write, "report.json": class_report.write}

FEEDBACK = "feedback"


def write(
    store: Store, out: Path, exercises: Sequence[Exercise], run: RunInfo, made_of: str, more: Mapping[str, View]
) -> tuple[str, ...]:
    """Write the files that are out of date and return their names. Raises StoreError if a file cannot be written.

    `made_of` is the key of everything but the results that the views show.
    """
    written = []
    for name, view in {**VIEWS, **more}.items():
        if store.view(name) != (made_of, store.revision) or not (out / name).exists():
            write_whole(out / name, partial(view, store, exercises, run))
            store.set_view(name, made_of, store.revision)
            written.append(name)
    count = _write_feedback(store, out / FEEDBACK, exercises, made_of)
    feedback_files = [f"{FEEDBACK}/ ({counted(count, 'file')})"] if count else []
    return (*written, *feedback_files)


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
        ) from None


def _write_feedback(store: Store, folder: Path, exercises: Sequence[Exercise], made_of: str) -> int:
    known, revision = store.view(FEEDBACK)
    count = 0
    for submission in store.submissions():
        path = folder / file_name(submission.name)
        if known != made_of or submission.revision > revision or not path.exists():
            text = feedback(store, exercises, submission)
            write_whole(path, partial(_write_text, text))
            count += 1
    if count:
        store.set_view(FEEDBACK, made_of, store.revision)
    return count


def _write_text(text: str, stream: TextIO) -> None:
    stream.write(text)
