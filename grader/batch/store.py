"""The results of a batch: one SQLite file in its `--out`, one writer, one fsynced transaction per submission.

A saved submission is never lost or stored twice, no matter when the program is killed. Every other file in `--out` is a view
of this file and can be written again from it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import GraderError, UsageError
from grader.records.result import Result, Verdict
from grader.records.submission import Stray

NAME = "store.sqlite"


@dataclass(frozen=True, slots=True)
class Migration:
    """A change of the tables. Its number is its place in `MIGRATIONS`, counted from 1, and becomes SQLite's user_version."""

    name: str
    statements: tuple[str, ...]


MIGRATIONS = (
    Migration(
        "submissions and their results",
        (
            "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            "CREATE TABLE submissions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,"
            " key TEXT NOT NULL, problem TEXT NOT NULL, details TEXT NOT NULL, notes TEXT NOT NULL, strays TEXT NOT NULL)",
            "CREATE TABLE results (submission INTEGER NOT NULL REFERENCES submissions (id), exercise TEXT NOT NULL,"
            " key TEXT NOT NULL, verdict TEXT NOT NULL, score REAL, max_score REAL NOT NULL, document TEXT NOT NULL,"
            " PRIMARY KEY (submission, exercise))",
        ),
    ),
    Migration(
        "what the views were made of",
        ("CREATE TABLE views (name TEXT PRIMARY KEY, made_of TEXT NOT NULL, revision INTEGER NOT NULL)",),
    ),
)


class StoreError(GraderError):
    """The store cannot be read or written. What was saved before is still in it."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class StoredMark:
    """A result in brief. `score` is None only if the grader itself failed."""

    verdict: Verdict
    score: float | None
    max_score: float


@dataclass(frozen=True, slots=True)
class GradedSubmission:
    """A submission to be saved. `results` has each result with its key; one without a key is graded again next time.

    `key` is that of the submission without its solutions.
    """

    name: str
    key: str
    results: Sequence[tuple[Result, str]] = ()
    problem: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    strays: Sequence[Stray] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A submission in the store, with its marks by the ids of the exercises."""

    number: int
    revision: int
    name: str
    problem: str
    details: Mapping[str, str]
    notes: Sequence[str]
    strays: Sequence[Stray]
    marks: Mapping[str, StoredMark]


class Store:
    """The store of one folder. Only one program can open it at a time, and only one thread may use it.

    `revision` grows with each submission that is saved.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        """Open the store and migrate it, or create it. `fresh` replaces an old one. Raises UsageError and StoreError."""
        self.path = folder / NAME
        with self._explained_errors(), contextlib.ExitStack() as opened:
            folder.mkdir(parents=True, exist_ok=True)
            opened.callback(os.close, _lock(folder))
            if fresh or not self.path.exists():
                _create(self.path)
            self._connection = _connect(self.path)
            opened.callback(self._connection.close)
            migrate(self._connection, self.path)
            self.revision: int = self._connection.execute("SELECT coalesce(max(revision), 0) FROM submissions").fetchone()[0]
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Write the log back into the file, if that is possible now, and unlock the folder."""
        with contextlib.suppress(sqlite3.Error):
            self._opened.close()

    def fact(self, name: str) -> str | None:
        row = self._read("SELECT value FROM facts WHERE name = ?", name).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        with self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def names(self) -> Iterator[str]:
        """In the order in which they were first saved."""
        return (row[0] for row in self._read("SELECT name FROM submissions ORDER BY id"))

    def keys(self, name: str) -> tuple[str | None, dict[str, str]]:
        """The key of a submission (None if it is unknown), and those of its results by exercise."""
        row = self._read("SELECT id, key FROM submissions WHERE name = ?", name).fetchone()
        if row is None:
            return None, {}
        return row[1], dict(self._read("SELECT exercise, key FROM results WHERE submission = ?", row[0]))

    def save(self, graded: GradedSubmission) -> None:
        """Replace older results. They are on the disk when this returns. Raises StoreError."""
        texts = [json.dumps(each) for each in (dict(graded.details), list(graded.notes))]
        strays = json.dumps([[stray.path, stray.nearest] for stray in graded.strays])
        with self._transaction():
            number = self._connection.execute(
                "INSERT INTO submissions (name, revision, key, problem, details, notes, strays) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, key = excluded.key,"
                " problem = excluded.problem, details = excluded.details, notes = excluded.notes, strays = excluded.strays"
                " RETURNING id",
                (graded.name, self.revision + 1, graded.key, graded.problem, *texts, strays),
            ).fetchone()[0]
            for each, key in graded.results:
                row = (number, each.exercise, key, each.verdict, each.score, each.max_score, _result_json(each))
                self._connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self.revision += 1

    def retract(self, submission: Stored, exercise: str, reason: str) -> None:
        """Replace a result by one without a score that gives this reason. The next run grades the exercise again."""
        result = Result(
            submission=submission.name,
            exercise=exercise,
            file=None,
            verdict="grader_error",
            score=None,
            max_score=self._marks(submission.number)[exercise].max_score,
            summary=reason,
        )
        with self._transaction():
            self._connection.execute(
                "UPDATE results SET key = '', verdict = ?, score = NULL, document = ? WHERE submission = ? AND exercise = ?",
                (result.verdict, _result_json(result), submission.number, exercise),
            )
            self._connection.execute("UPDATE submissions SET revision = ? WHERE id = ?", (self.revision + 1, submission.number))
        self.revision += 1

    def retract_all(self, submission: Stored, reason: str) -> None:
        """Retract every result of a submission, and everything else that is known about it except its name."""
        for exercise in self._marks(submission.number):
            self.retract(submission, exercise, reason)
        with self._transaction():
            self._connection.execute(
                "UPDATE submissions SET revision = ?, key = '', problem = ?, details = '{}', notes = '[]', strays = '[]'"
                " WHERE id = ?",
                (self.revision + 1, reason, submission.number),
            )
        self.revision += 1

    def submissions(self) -> Iterator[Stored]:
        """All submissions in the order of their names, read one by one."""
        rows = self._read("SELECT id, revision, name, problem, details, notes, strays FROM submissions ORDER BY name")
        for number, revision, name, problem, details, notes, strays in rows:
            yield Stored(number, revision, name, problem, *_about(details, notes, strays), self._marks(number))

    def documents(self, submission: Stored) -> dict[str, str]:
        """The results of a submission as JSON, by the ids of the exercises."""
        return dict(self._read("SELECT exercise, document FROM results WHERE submission = ?", submission.number))

    def detail_names(self) -> list[str]:
        """The details that at least one submission has."""
        return [row[0] for row in self._read("SELECT DISTINCT each.key FROM submissions, json_each(details) AS each ORDER BY 1")]

    def view(self, name: str) -> tuple[str, int]:
        """The key of a view when it was last written, and the revision that it shows."""
        row = self._read("SELECT made_of, revision FROM views WHERE name = ?", name).fetchone()
        return ("", 0) if row is None else (row[0], row[1])

    def set_view(self, name: str, made_of: str, revision: int) -> None:
        with self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO views VALUES (?, ?, ?)", (name, made_of, revision))

    def _marks(self, number: int) -> dict[str, StoredMark]:
        rows = self._read("SELECT exercise, verdict, score, max_score FROM results WHERE submission = ?", number)
        return {exercise: StoredMark(verdict, score, max_score) for exercise, verdict, score, max_score in rows}

    def _read(self, sql: str, *values: Any) -> sqlite3.Cursor:
        with self._explained_errors():
            return self._connection.execute(sql, values)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained_errors(), _transaction(self._connection):
            yield

    @contextlib.contextmanager
    def _explained_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{self.path} cannot be written: {error}. What was graded before is stored. "
                "Check that the disk has room, then run the same command again."
            ) from None
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"{self.path} is not a store of this grader: {error}. Move the file away, or use `--fresh`."
            ) from None
        except OSError as error:
            raise StoreError(f"{self.path.parent} cannot be used for the results: {error.strerror}.") from None


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply the migrations that the file lacks, each in one transaction. Raises UsageError for a newer file."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise UsageError(f"{path} was written by a newer version of the grader: use that version, or another `--out`.")
    for number, migration in enumerate(migrations[version:], version + 1):
        with _transaction(connection):
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _create(path: Path) -> None:
    """Create a store that is complete as soon as its file exists. The log of an older store must not be applied to it."""
    unfinished = path.with_name(f"{path.name}.new")
    for suffix in ("", "-wal", "-shm"):
        path.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    connection = _connect(unfinished)
    try:
        migrate(connection, path)
    finally:
        connection.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def _lock(folder: Path) -> int:
    """Lock the folder until the descriptor is closed, at the latest when this process ends. Raises UsageError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise UsageError(f"Another batch is writing to {folder}: wait until it has finished, or use another `--out`.") from None
    return descriptor


def _about(details: str, notes: str, strays: str) -> tuple[Mapping[str, str], Sequence[str], Sequence[Stray]]:
    """The details, the notes and the unmatched files of a submission. A damaged row has only a note."""
    try:
        return dict(json.loads(details)), list(json.loads(notes)), tuple(Stray(*each) for each in json.loads(strays))
    except (ValueError, TypeError):
        return {}, ["The details of this submission are damaged in the store."], ()


def _result_json(result: Result) -> str:
    return json.dumps(result.model_dump(mode="json"), allow_nan=False)
