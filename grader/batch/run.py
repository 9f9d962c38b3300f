"""Grades a class in two passes over the submissions.

The first pass reads them to find what is new. The second grades that, and reads the submissions again if they were too
large to be kept in memory. A graded submission is not kept in memory.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.assess.parallel import in_parallel
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.batch import keys, platform_gradebooks, views
from grader.batch.grade_submission import graded_submission
from grader.batch.storable import storable_submissions
from grader.batch.store import GradedSubmission, Store
from grader.engines import Engine, SandboxMode
from grader.engines.make import make_engine
from grader.records.events import BatchEvent, BatchFinished, BatchStarted, BatchSubmission
from grader.records.exercise import Exercise, Limits
from grader.records.feedback import Feedback
from grader.records.result import RunInfo
from grader.records.submission import Submission

Listener = Callable[[BatchEvent], None]

# How many characters of submissions are kept in memory from the first pass to the second.
MOST_HELD = 8 * 2**20

# What the records of a file or of a submission weigh in addition to the text, in characters.
_RECORD_SIZE = 1_000


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What to grade and how.

    `course` has all exercises, `chosen` are those to grade. `threads` is the number of submissions that are graded at a
    time, `grader` is our own version, `feedback` is how much the reports tell about what is wrong.
    """

    root: Path
    layout: str
    course: tuple[Exercise, ...]
    chosen: tuple[Exercise, ...]
    device: str
    sandbox: SandboxMode
    threads: int
    grader: str
    feedback: Feedback = "cause"


@dataclass(frozen=True, slots=True)
class PendingSubmission:
    """A submission, and the exercises that have no current result. `key` is that of the submission."""

    submission: Submission
    exercises: tuple[Exercise, ...]
    key: str


def grade_class(
    request: BatchRequest,
    out: Path,
    *,
    fresh: bool = False,
    gradebook: Path | None = None,
    seed: str | None = None,
    hidden: int | None = None,
    limits: Limits | None = None,
    listeners: Sequence[Listener] = (),
) -> BatchFinished:
    """Grade what has no current result, store it in `out`, and write the views that are out of date.

    Raises UsageError, SpecError, EngineError or StoreError. Results that were stored before the error stay in the store.
    """
    export = platform_gradebooks.read_export(gradebook, request.chosen) if gradebook else None
    with closing(Store(out, fresh=fresh)) as store:
        batch_run = _BatchRun(request, Settings(_seed(store, seed), hidden, limits), store, listeners)
        batch_run.grade()
        more = {export.file_name: export.write} if export else {}
        made_of = keys.views_key(batch_run.exercise_keys, export.text if export else "")
        written = views.write(store, out, request.chosen, batch_run.run, made_of, more)
        return batch_run.finished(written, export.remarks(store) if export else ())


class _PendingInMemory:
    """The submissions that the first pass found, as long as they are not too large."""

    def __init__(self) -> None:
        self._pending: deque[PendingSubmission] = deque()
        self._size = 0

    @property
    def is_complete(self) -> bool:
        return self._size <= MOST_HELD

    def add(self, pending: PendingSubmission) -> None:
        self._size += _RECORD_SIZE + sum(len(file.text or "") + _RECORD_SIZE for file in pending.submission.files.values())
        if self.is_complete:
            self._pending.append(pending)
        else:
            self._pending.clear()

    def take_all(self) -> Iterator[PendingSubmission]:
        """Each once. It leaves the memory when it is taken."""
        while self._pending:
            yield self._pending.popleft()


def _seed(store: Store, wanted: str | None) -> str:
    """The seed in the store, unless another is wanted. A new store gets a random one."""
    known = store.fact("seed")
    if known is not None and wanted in (None, known):
        return known
    seed = wanted or secrets.token_hex(8)
    store.set_fact("seed", seed)
    return seed


class _BatchRun:
    def __init__(self, request: BatchRequest, settings: Settings, store: Store, listeners: Sequence[Listener]) -> None:
        self.request, self.settings, self.store, self.listeners = request, settings, store, listeners
        self.run = RunInfo(
            grader=request.grader, torch=keys.torch_version(), device=request.device, sandbox=request.sandbox, seed=settings.seed
        )
        more = [request.grader, request.device, request.sandbox, request.feedback]
        self.exercise_keys = keys.exercise_keys(request.chosen, settings, more)
        self._names: set[str] = set()
        self._graded = self._unreadable = self._grader_errors = 0

    def grade(self) -> None:
        with ExitStack() as opened:
            engine: Engine | None = None
            new, in_memory = 0, _PendingInMemory()
            for pending in self._read_pending():
                new += 1
                in_memory.add(pending)
                engine = engine or opened.enter_context(closing(self._engine()))  # torch loads while the rest is read
            self._notify(BatchStarted(self.run, len(self._names), len(self._names) - new))
            if engine is not None:
                self._grade_new(engine, in_memory.take_all() if in_memory.is_complete else self._read_pending())

    def finished(self, written: views.Written, remarks: Sequence[str]) -> BatchFinished:
        gone = sum(name not in self._names for name in self.store.names())
        done = BatchFinished(
            len(self._names),
            self._graded,
            self._unreadable,
            self._grader_errors,
            gone,
            written.names,
            tuple(remarks),
            written.retracted,
            tuple(written.without_feedback),
            tuple(written.faults),
        )
        self._notify(done)
        return done

    def _grade_new(self, engine: Engine, pending: Iterator[PendingSubmission]) -> None:
        session = GradingSession(engine, self.settings)
        session.prepare(self.request.chosen)
        with closing(in_parallel(partial(self._grade_one, session), pending, self.request.threads)) as done:
            for graded in done:
                self.store.save(graded)
                self._notify(self._counted(graded))

    def _counted(self, graded: GradedSubmission) -> BatchSubmission:
        is_grader_error = any(result.verdict == "grader_error" for result, _ in graded.results)
        self._graded += 1
        self._grader_errors += is_grader_error
        self._unreadable += bool(graded.problem)
        return BatchSubmission(graded.name, is_grader_error or bool(graded.problem))

    def _grade_one(self, session: GradingSession, pending: PendingSubmission) -> GradedSubmission:
        made_of = {each.id: self._result_key(each, pending.submission) for each in pending.exercises}
        return graded_submission(pending.submission, pending.exercises, session, made_of, pending.key, self.request.feedback)

    def _read_pending(self) -> Iterator[PendingSubmission]:
        """Read the submissions one by one, and yield those without current results."""
        self._names = set()
        only = [each.id for each in self.request.chosen]
        for submission in storable_submissions(self.request.root, self.request.course, only, self.request.layout, self._names):
            key = keys.submission_key(submission)
            known, made_of = self.store.keys(submission.name)
            new = tuple(each for each in self.request.chosen if made_of.get(each.id) != self._result_key(each, submission))
            if new or known != key:
                yield PendingSubmission(submission, new, key)

    def _result_key(self, exercise: Exercise, submission: Submission) -> str:
        return keys.result_key(self.exercise_keys[exercise.id], submission.files.get(exercise.id))

    def _engine(self) -> Engine:
        optimizer = any(exercise.uses_optimizer for exercise in self.request.chosen)
        return make_engine(self.request.device, sandbox=self.request.sandbox, optimizer=optimizer)

    def _notify(self, event: BatchEvent) -> None:
        for listener in self.listeners:
            listener(event)
