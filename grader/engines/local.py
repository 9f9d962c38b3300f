"""The engine on this machine: children of a process that has torch loaded already, one child for each submission."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from grader.devices import AUTO, device_in_sandbox
from grader.engines import Outcome, SandboxMode
from grader.engines.conversation import Conversation
from grader.engines.process import ChildFailed, WorkerDied
from grader.engines.runs import run_programs, run_student
from grader.engines.sandbox import require_fork
from grader.engines.sources import ChildSource, Sources, StartMethod, dismiss
from grader.errors import EngineError, UsageError
from grader.protocol.jobs import ReferenceJob, StudentJob
from grader.records.trace import Ending, Raised, ReferenceRun, Trace

ATTEMPTS = 2

Done = TypeVar("Done")


class LocalEngine:
    """Runs jobs in children of this machine. Torch begins to load when the engine is made; the first use waits for it.

    `device` is "auto" (the accelerator if there is one), "cpu", "cuda", "cuda:N", "mps" or "xpu"; `start_method` is
    "fork" on Linux and "spawn" elsewhere, unless told. `optimizer` says that some job will need one: that takes more
    than a second to load, and known early it is loaded only once. `sandbox` is "none" or "full": then each child is caged,
    on the CPU only, and a cage that is not whole is a UsageError at the first use. Several threads may use one engine.
    Raises UsageError for what cannot be had here; EngineError where torch is missing or the machinery breaks.
    """

    def __init__(
        self,
        device: str = AUTO,
        start_method: StartMethod | None = None,
        sandbox: SandboxMode = "none",
        optimizer: bool = False,
    ) -> None:
        if sandbox not in ("full", "none"):
            raise UsageError(f"There is no sandbox {sandbox!r}, only `full` and `none`.")
        if sys.platform == "win32":
            raise UsageError("The grader does not run on Windows itself: use it in WSL.")
        if sandbox == "full":
            require_fork(start_method)
            device = device_in_sandbox(device)
        self.sandbox: SandboxMode = sandbox
        self._sources = Sources(device, start_method, optimizer, sandboxed=sandbox == "full")
        self._close = weakref.finalize(self, self._sources.close)

    @property
    def torch_version(self) -> str:
        return self._sources.greeting().torch

    @property
    def device(self) -> str:
        return self._sources.greeting().device

    def run_students(self, jobs: Sequence[StudentJob]) -> Iterator[Outcome]:
        """Run the jobs of one submission one after another in one child; a new child takes over where one dies."""
        place = _Place(self._sources, any(job.needs_optimizer for job in jobs))
        try:
            for job in jobs:
                yield _outcome(place, job)
        finally:
            place.leave()

    def run_reference(self, job: ReferenceJob) -> tuple[ReferenceRun, ...]:
        """Perform the programs in a child of their own; where one ends the child, the rest have a new one."""
        place = _Place(self._sources, job.needs_optimizer)
        limits = job.limits
        runs: tuple[ReferenceRun, ...] = ()
        try:
            while rest := job.programs[len(runs) :]:
                runs += place.work(partial(run_programs, programs=rest, seconds=limits.seconds, memory_mb=limits.memory_mb))
        except WorkerDied as error:
            raise EngineError(f"The reference run failed: {error}") from None
        finally:
            place.leave()
        return runs

    def close(self) -> None:
        """End every process that the engine started."""
        self._close()


class _Place:
    """Where the jobs of one submission are done: always a living child, the same as long as it lives."""

    def __init__(self, sources: Sources, optimizer: bool) -> None:
        self._sources, self._optimizer = sources, optimizer
        self._source: ChildSource | None = None
        self._child: Conversation | None = None
        self.fresh = True

    def work(self, on: Callable[[Conversation], Done]) -> Done:
        """Do something with the child; once more with a new one if our own machinery fails. Raises WorkerDied then."""
        for _ in range(ATTEMPTS - 1):
            try:
                return on(self._ready_child())
            except WorkerDied as error:
                self._start_over(error)
        return on(self._ready_child())

    def leave(self) -> None:
        if self._child is not None:
            dismiss(self._child)

    def _ready_child(self) -> Conversation:
        self.fresh = self._child is None or self._child.finished
        if self._child is None or self._child.finished:
            self._source, self._child = self._sources.open(self._optimizer)
        return self._child

    def _start_over(self, error: WorkerDied) -> None:
        self.leave()
        if self._source is not None and not isinstance(error, ChildFailed):
            self._sources.forget(self._source)


def _outcome(place: _Place, job: StudentJob) -> Outcome:
    try:
        runs = place.work(lambda child: run_student(child, job))
    except WorkerDied as error:
        place.leave()
        ending = Ending("grader-error", error=Raised("EngineError", str(error)))
        return Outcome((Trace({}, (), ending),), fresh=True)
    return Outcome(tuple(run.trace for run in runs), place.fresh, runs[-1].cpu_seconds)
