"""`report.json` of a batch: the document of `--format json` with one result on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TextIO

from grader.batch.showing import showing
from grader.batch.store import Store
from grader.records.exercise import Exercise
from grader.records.result import SCHEMA, Result, RunInfo


def write(store: Store, exercises: Sequence[Exercise], run: RunInfo, stream: TextIO) -> None:
    """Write it in ASCII, without NaN literals, and with only one submission in memory at a time. Raises Unshowable."""
    stream.write(f'{{"schema": {json.dumps(SCHEMA)},\n"run": {json.dumps(run.model_dump(mode="json"))},\n"results": [')
    _write_items(stream, _results(store, exercises))
    stream.write('],\n"strays": [')
    _write_items(stream, _strays(store))
    stream.write("]}\n")


def _write_items(stream: TextIO, items: Iterator[str]) -> None:
    stream.writelines(f"{',' if number else ''}\n{item}" for number, item in enumerate(items))


def _results(store: Store, exercises: Sequence[Exercise]) -> Iterator[str]:
    for submission in store.submissions():
        documents = store.documents(submission)
        for each in exercises:
            if each.id in documents:
                with showing(submission, each.id):
                    Result.model_validate_json(documents[each.id])
                yield documents[each.id]


def _strays(store: Store) -> Iterator[str]:
    for submission in store.submissions():
        for stray in submission.strays:
            yield json.dumps({"submission": submission.name, "path": stray.path, "nearest": stray.nearest})
