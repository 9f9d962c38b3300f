"""Engines run jobs: each turns jobs into traces and knows nothing of exercises or scores."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from grader.protocol.jobs import ReferenceJob, RepairJob, StudentJob
from grader.protocol.replays import ReplayJob
from grader.records.repair import FixCandidate
from grader.records.trace import LeafState, ReferenceRun, Trace

SandboxMode: TypeAlias = Literal["full", "none"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one student job: a trace per case, in order, up to the first case that ended the child.

    `fresh`: it was the first job of its child, so no earlier exercise can have harmed it.
    `cpu_seconds`: if the last of these cases ended the child, the CPU time that it used, as far as it is known.
    """

    traces: tuple[Trace, ...]
    fresh: bool
    cpu_seconds: float = 0.0


class Engine(Protocol):
    """Raises EngineError if the engine itself fails; a student's code never makes it raise."""

    @property
    def torch_version(self) -> str: ...

    @property
    def device(self) -> str: ...

    @property
    def sandbox(self) -> SandboxMode: ...

    def run_students(self, jobs: Sequence[StudentJob]) -> Generator[Outcome, None, None]:
        """Run the jobs of one submission one after another in one child; if it dies, a new child continues."""
        ...

    def run_reference(self, job: ReferenceJob) -> tuple[ReferenceRun, ...]:
        """Run the programs in a child of their own."""
        ...

    def run_replays(self, job: ReplayJob) -> tuple[Mapping[str, LeafState] | None, ...]:
        """Perform the replays in a child of their own. Each answer has the leaves that changed; None if there is no answer."""
        ...

    def run_repair(self, job: RepairJob) -> tuple[FixCandidate, ...]:
        """Make candidates for a fix in a child of their own. None of them has been run."""
        ...

    def close(self) -> None: ...
