"""Who runs jobs, and where: each engine turns jobs into traces and knows nothing of exercises or marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from grader.protocol.jobs import ReferenceJob, StudentJob
from grader.records.trace import ReferenceRun, Trace

SandboxMode: TypeAlias = Literal["full", "none"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one student job: a trace per case, in order, up to the first that ended the child.

    `fresh`: it was the first job of its child, so nothing an earlier exercise left behind can have hurt it.
    `cpu_seconds`: if the last of these cases ended the child, the CPU time that it got, as far as it can be told.
    """

    traces: tuple[Trace, ...]
    fresh: bool
    cpu_seconds: float = 0.0


class Engine(Protocol):
    """Raises EngineError where the machinery itself breaks; a student's code never makes it raise."""

    @property
    def torch_version(self) -> str: ...

    @property
    def device(self) -> str: ...

    @property
    def sandbox(self) -> SandboxMode: ...

    def run_students(self, jobs: Sequence[StudentJob]) -> Iterator[Outcome]:
        """Run the jobs of one submission one after another in one child; a new child takes over where one dies."""
        ...

    def run_reference(self, job: ReferenceJob) -> tuple[ReferenceRun, ...]:
        """Perform the programs in a child of their own."""
        ...

    def close(self) -> None: ...
