"""Runs the cases of a job, or programs, in a child, and reports the result even if the child could not."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from grader.engines.conversation import Conversation, StopKind, StopReason
from grader.engines.pending import Pending
from grader.engines.process import ChildFailed, Exit
from grader.protocol.candidates import CandidatesReader
from grader.protocol.jobs import Program, RepairJob, StudentJob, program_line, repair_line, student_line
from grader.protocol.replays import ReplayJob, ReplayProgram, ReplayReader, ReplayWriter
from grader.protocol.traces import CaseReader, ProgramReader
from grader.records.exercise import Limits
from grader.records.repair import FixCandidate
from grader.records.trace import WAITED, Ending, EndingKind, LeafState, Raised, ReferenceRun, Trace

# How a stopped run ended, and the class of its error.
_ENDINGS: Mapping[StopKind, tuple[EndingKind, str]] = {
    "crashed": ("crashed", "Crashed"),
    "timeout": ("timeout", "Timeout"),
    "waited": ("timeout", WAITED),
    "starved": ("grader-error", "EngineError"),
    "memory": ("memory", "MemoryError"),
}


@dataclass(frozen=True, slots=True)
class CaseRun:
    """The trace of a case; if the case ended the child, the CPU time in seconds that it used."""

    trace: Trace
    cpu_seconds: float = 0.0


class Unclean(Exception):
    """An exercise before this one has changed the child, which has ended: run this one in another child."""


def run_student(child: Conversation, job: StudentJob) -> tuple[CaseRun, ...]:
    """Run the cases in turn, up to one that ends the child. Raises WorkerDied, or Unclean if the child is not new."""
    visible, *hidden = job.cases
    runs: list[CaseRun] = []
    child.limit_memory(job.limits.memory_mb)
    for line in (student_line(job) + visible, *hidden):
        runs.append(_run_case(child, job, line, hidden=bool(runs)))
        if child.finished:
            break
    child.is_used = True
    return tuple(runs)


def run_programs(child: Conversation, programs: Pending[Program], limits: Limits, runs: list[ReferenceRun]) -> None:
    """Run the programs in turn, up to one that ends the child; the reason is its error. Raises WorkerDied."""
    programs.begin()
    child.limit_memory(limits.memory_mb)
    while not child.finished and (program := programs.send(child.send, program_line)) is not None:
        reader = ProgramReader(program.torch_names, program.ignored)
        failure = child.receive(reader.read, limits.seconds, limits.memory_mb)
        runs.append(reader.run(_end(child, failure).error if failure else None))
        programs.answered()


def run_replays(
    child: Conversation, replays: Pending[ReplayProgram], job: ReplayJob, found: list[Mapping[str, LeafState] | None]
) -> None:
    """Perform the replays in turn, up to one that ends the child, which has no answer. Raises WorkerDied."""
    replays.begin()
    writer, limits = ReplayWriter(job), job.limits
    child.limit_memory(limits.memory_mb)
    while not child.finished and (replay := replays.send(child.send, writer.line)) is not None:
        reader = ReplayReader(replay)
        if failure := child.receive(reader.read, limits.seconds, limits.memory_mb):
            _end(child, failure)
        found.append(reader.changes)
        replays.answered()


def run_repair(child: Conversation, job: RepairJob) -> tuple[FixCandidate, ...]:
    """The candidates for a fix; none if the text ends the child. Raises WorkerDied."""
    child.limit_memory(job.limits.memory_mb)
    reader = CandidatesReader(job.source)
    child.send(repair_line(job))
    if failure := child.receive(reader.read, job.limits.seconds, job.limits.memory_mb):
        _end(child, failure)
    return reader.candidates


def _run_case(child: Conversation, job: StudentJob, line: bytes, *, hidden: bool) -> CaseRun:
    reader = CaseReader(job.leaves, job.torch_names, job.ignored, hidden=hidden, ran_another=child.is_used and not hidden)
    begun, used = time.monotonic(), child.process.cpu_seconds()
    child.send(line)
    try:
        failure = child.receive(reader.read, job.limits.seconds, job.limits.memory_mb)
    except ChildFailed:
        if hidden:  # a program can forge the text, and write hidden numbers into it
            raise ChildFailed("its process failed in a hidden case") from None
        raise
    if reader.is_refused:
        child.finish()
        raise Unclean
    child.is_unclean = child.is_unclean or reader.leaves_traces
    output, is_cut, seconds = child.output(), child.output_is_cut, time.monotonic() - begun
    out_of_memory = reader.end is not None and reader.end.how == "memory"
    if failure is None and not out_of_memory:
        return CaseRun(reader.trace(None, output, is_cut, seconds))
    exit = child.finish()
    ending = _ending(failure, exit) if failure else None
    return CaseRun(reader.trace(ending, output, is_cut, seconds), exit.cpu_seconds - used)


def _end(child: Conversation, failure: StopReason) -> Ending:
    """End a child of the reference. Raises ChildFailed if the machine had no time for it, which says nothing about the steps."""
    exit = child.finish()
    if failure.how == "starved":
        raise ChildFailed(failure.message)
    return _ending(failure, exit)


def _ending(failure: StopReason, exit: Exit) -> Ending:
    how, error_type = _ENDINGS[failure.how]
    return Ending(how, error=Raised(error_type, failure.message or str(exit)))
