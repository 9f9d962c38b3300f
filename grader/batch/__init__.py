"""A whole class: every submission graded and kept, two passes over what was handed in.

The first pass only reads, to know what is new; the second grades that, and reads again what was too much to hold. Nothing
is held of a submission once it is graded.
"""

from __future__ import annotations

import os
import secrets
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.assess.parallel import in_parallel
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.batch import keys, platforms, views
from grader.batch.grade_one import mark
from grader.batch.incoming import incoming
from grader.batch.store import GradedSubmission, Store
from grader.engines import SandboxMode
from grader.engines.local import LocalEngine
from grader.records.events import BatchEvent, BatchFinished, BatchStarted, BatchSubmission
from grader.records.exercise import Exercise, Limits
from grader.records.result import RunInfo
from grader.records.submission import Submission

Listener = Callable[[BatchEvent], None]

# So much, in characters, is held from one pass to the next; each file and each submission counts as so many besides.
MOST_HELD, A_FILE = 8 * 2**20, 1_000


@dataclass(frozen=True, slots=True)
class Order:
    """What to grade and how. `course` has all the exercises, `chosen` those that count; `grader` is our own version."""

    root: Path
    layout: str
    course: tuple[Exercise, ...]
    chosen: tuple[Exercise, ...]
    device: str
    sandbox: SandboxMode
    threads: int
    grader: str


@dataclass(frozen=True, slots=True)
class Task:
    """A submission, and the exercises of which there is no result yet."""

    submission: Submission
    exercises: tuple[Exercise, ...]
    key: str


def batch(
    order: Order,
    out: Path,
    *,
    fresh: bool = False,
    gradebook: Path | None = None,
    seed: str | None = None,
    hidden: int | None = None,
    limits: Limits | None = None,
    listeners: Sequence[Listener] = (),
) -> BatchFinished:
    """Grade what is not graded yet, keep it in `out`, and write the views that are out of date.

    Raises UsageError, SpecError, EngineError or StoreError; what was graded until then is kept.
    """
    export = platforms.read(gradebook, order.chosen) if gradebook else None
    with closing(Store(out, fresh=fresh)) as store:
        work = _Work(order, Settings(_seed(store, seed), hidden, limits), store, listeners)
        work.grade()
        more = {export.file_name: export.write} if export else {}
        made_of = keys.views_key(work.exercise_keys, export.text if export else "")
        written = views.write(store, out, order.chosen, work.run, made_of, more)
        return work.finished(written, export.remarks(store) if export else ())


class _Held:
    """The tasks that the first pass found, as long as they are little."""

    def __init__(self) -> None:
        self._tasks: deque[Task] = deque()
        self._size = 0

    @property
    def is_all(self) -> bool:
        return self._size <= MOST_HELD

    def add(self, task: Task) -> None:
        self._size += A_FILE + sum(len(file.text or "") + A_FILE for file in task.submission.files.values())
        if self.is_all:
            self._tasks.append(task)
        else:
            self._tasks.clear()

    def hand_out(self) -> Iterator[Task]:
        """Each task once, and then it is held no longer."""
        while self._tasks:
            yield self._tasks.popleft()


def processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _seed(store: Store, wanted: str | None) -> str:
    """One for each `--out`: drawn when it is made, unless somebody asks for another."""
    known = store.fact("seed")
    if known is not None and wanted in (None, known):
        return known
    seed = wanted or secrets.token_hex(8)
    store.set_fact("seed", seed)
    return seed


class _Work:
    """One run of one order."""

    def __init__(self, order: Order, settings: Settings, store: Store, listeners: Sequence[Listener]) -> None:
        self.order, self.settings, self.store, self.listeners = order, settings, store, listeners
        self.run = RunInfo(
            grader=order.grader,
            torch=keys.torch_version(),
            device=order.device,
            sandbox=order.sandbox,
            seed=settings.seed,
        )
        self.exercise_keys = keys.exercise_keys(order.chosen, settings, [order.grader, order.device, order.sandbox])
        self._names: set[str] = set()
        self._graded = self._unreadable = self._grader_errors = 0

    def grade(self) -> None:
        with ExitStack() as opened:
            engine: LocalEngine | None = None
            new, held = 0, _Held()
            for task in self._tasks():
                new += 1
                held.add(task)
                engine = engine or opened.enter_context(closing(self._engine()))  # torch loads while the rest is read
            self._tell(BatchStarted(self.run, len(self._names), len(self._names) - new))
            if engine is not None:
                self._grade_new(engine, held.hand_out() if held.is_all else self._tasks())

    def finished(self, written: Collection[str], remarks: Sequence[str]) -> BatchFinished:
        gone = sum(name not in self._names for name in self.store.names())
        done = BatchFinished(
            len(self._names), self._graded, self._unreadable, self._grader_errors, gone, tuple(written), tuple(remarks)
        )
        self._tell(done)
        return done

    def _grade_new(self, engine: LocalEngine, tasks: Iterator[Task]) -> None:
        session = GradingSession(engine, self.settings)
        session.prepare(self.order.chosen)
        with closing(in_parallel(partial(self._mark, session), tasks, self.order.threads)) as done:
            for graded in done:
                self.store.save(graded)
                self._tell(self._counted(graded))

    def _counted(self, graded: GradedSubmission) -> BatchSubmission:
        is_grader_error = any(result.verdict == "grader_error" for result, _ in graded.results)
        self._graded += 1
        self._grader_errors += is_grader_error
        self._unreadable += bool(graded.problem)
        return BatchSubmission(graded.name, is_grader_error or bool(graded.problem))

    def _mark(self, session: GradingSession, task: Task) -> GradedSubmission:
        made_of = {each.id: self._result_key(each, task.submission) for each in task.exercises}
        return mark(task.submission, task.exercises, session, made_of, task.key)

    def _tasks(self) -> Iterator[Task]:
        """What was handed in and is not graded yet, read as it is asked for."""
        self._names = set()
        only = [each.id for each in self.order.chosen]
        for submission in incoming(self.order.root, self.order.course, only, self.order.layout, self._names):
            key = keys.submission_key(submission)
            known, made_of = self.store.keys(submission.name)
            new = tuple(each for each in self.order.chosen if made_of.get(each.id) != self._result_key(each, submission))
            if new or known != key:
                yield Task(submission, new, key)

    def _result_key(self, exercise: Exercise, submission: Submission) -> str:
        return keys.result_key(self.exercise_keys[exercise.id], submission.files.get(exercise.id))

    def _engine(self) -> LocalEngine:
        optimizer = any(exercise.uses_optimizer for exercise in self.order.chosen)
        return LocalEngine(self.order.device, sandbox=self.order.sandbox, optimizer=optimizer)

    def _tell(self, event: BatchEvent) -> None:
        for listener in self.listeners:
            listener(event)


__all__ = ["Listener", "Order", "batch", "processors"]
