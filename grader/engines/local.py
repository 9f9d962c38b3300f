"""The engine on this machine: it forks children from a process that has loaded torch, one child for each submission."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from grader.devices import AUTO, device_in_sandbox
from grader.engines import Outcome, SandboxMode
from grader.engines.conversation import Conversation
from grader.engines.pending import Pending
from grader.engines.process import ChildFailed, WorkerDied
from grader.engines.runs import Unclean, run_programs, run_repair, run_replays, run_student
from grader.engines.sandbox import require_fork
from grader.engines.sources import ChildSource, Sources, StartMethod, dismiss
from grader.errors import EngineError, UsageError
from grader.protocol.jobs import ReferenceJob, RepairJob, StudentJob
from grader.protocol.replays import ReplayJob
from grader.records.repair import FixCandidate
from grader.records.trace import Ending, LeafState, Raised, ReferenceRun, Trace

ATTEMPTS = 2

Done = TypeVar("Done")


class LocalEngine:
    """Runs jobs in child processes. Torch begins to load when the engine is made; the first use waits for it.

    `device`: see `grader.devices`. `start_method` is "fork" by default on Linux and "spawn" elsewhere. `optimizer`: some job
    will need an optimizer, which takes more than a second to load; an engine that knows this early loads it only once.
    `sandbox="full"` puts each child in a sandbox, on the CPU. Several threads may use one engine.

    Raises UsageError for what this machine cannot do; an incomplete sandbox or a missing device raises it at the first use.
    Raises EngineError if torch is missing or a process of the engine fails.
    """

    def __init__(
        self, device: str = AUTO, start_method: StartMethod | None = None, sandbox: SandboxMode = "none", optimizer: bool = False
    ) -> None:
        if sandbox not in ("full", "none"):
            raise UsageError(f"Unknown sandbox {sandbox!r}: use `full` or `none`.")
        if sys.platform == "win32":
            raise UsageError("The grader does not run on Windows. Use it in WSL, the Windows Subsystem for Linux.")
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

    def run_students(self, jobs: Sequence[StudentJob]) -> Generator[Outcome, None, None]:
        """Run the jobs of one submission one after another in one child; if it dies, a new child continues."""
        child = _LivingChild(self._sources, any(job.needs_optimizer for job in jobs))
        try:
            for job in jobs:
                yield _outcome(child, job)
        finally:
            child.end()

    def run_reference(self, job: ReferenceJob) -> tuple[ReferenceRun, ...]:
        """Run the programs in a child of their own; if one ends the child, a new child runs the rest."""
        runs: list[ReferenceRun] = []
        programs = Pending(job.programs)
        self._perform(programs, job.needs_optimizer, partial(run_programs, programs=programs, limits=job.limits, runs=runs))
        return tuple(runs)

    def run_replays(self, job: ReplayJob) -> tuple[Mapping[str, LeafState] | None, ...]:
        """Perform the replays in a child of their own; if one ends the child, a new child performs the rest."""
        found: list[Mapping[str, LeafState] | None] = []
        replays = Pending(job.replays)
        self._perform(replays, job.needs_optimizer, partial(run_replays, replays=replays, job=job, found=found))
        return tuple(found)

    def run_repair(self, job: RepairJob) -> tuple[FixCandidate, ...]:
        """Make candidates for a fix in a child of their own; none if the text ends the child."""
        child = _LivingChild(self._sources, optimizer=False, repair=True)
        try:
            return child.use(partial(run_repair, job=job))
        except WorkerDied as error:
            raise EngineError(f"Looking for a fix failed: {error}") from None
        finally:
            child.end()

    def _perform(self, pending: Pending[Any], optimizer: bool, task: Callable[[Conversation], None]) -> None:
        child = _LivingChild(self._sources, optimizer)
        try:
            while pending:
                child.use(task)
        except WorkerDied as error:
            raise EngineError(f"The reference run failed: {error}") from None
        finally:
            child.end()

    def close(self) -> None:
        """End every process that the engine started."""
        self._close()


class _LivingChild:
    """Runs the jobs of one submission: the same child as long as it lives and is clean, then a new one."""

    def __init__(self, sources: Sources, optimizer: bool, repair: bool = False) -> None:
        self._sources, self._optimizer, self._repair = sources, optimizer, repair
        self._source: ChildSource | None = None
        self._child: Conversation | None = None
        self.fresh = True

    def use(self, task: Callable[[Conversation], Done]) -> Done:
        """Do a task with the child; once more with a new child if the engine itself fails. Raises WorkerDied after that."""
        for _ in range(ATTEMPTS - 1):
            try:
                return task(self._ready_child())
            except WorkerDied as error:
                self._start_over(error)
        return task(self._ready_child())

    def end(self) -> None:
        if self._child is not None:
            dismiss(self._child)

    def _ready_child(self) -> Conversation:
        if self._child is not None and self._child.is_unclean:
            dismiss(self._child)
        if self._child is None or self._child.finished:
            self._source, self._child = self._sources.open(self._optimizer, self._repair)
        self.fresh = not self._child.is_used
        return self._child

    def _start_over(self, error: WorkerDied) -> None:
        self.end()
        if self._source is not None and not isinstance(error, ChildFailed):
            self._sources.forget(self._source)


def _outcome(child: _LivingChild, job: StudentJob) -> Outcome:
    try:
        try:
            runs = child.use(partial(run_student, job=job))
        except Unclean:
            runs = child.use(partial(run_student, job=job))
    except WorkerDied as error:
        child.end()
        ending = Ending("grader-error", error=Raised("EngineError", str(error)))
        return Outcome((Trace({}, (), ending),), fresh=True)
    return Outcome(tuple(run.trace for run in runs), child.fresh, runs[-1].cpu_seconds)
