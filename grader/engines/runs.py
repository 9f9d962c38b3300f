"""Runs the cases of a job, or programs, in a child, and reports the result even if the child could not."""

from __future__ import annotations

import time
from dataclasses import dataclass

from grader.engines.conversation import Conversation, StopReason
from grader.engines.process import ChildFailed, Exit
from grader.protocol.jobs import Program, StudentJob, reference_line, student_line
from grader.protocol.traces import CaseReader, ProgramReader
from grader.records.trace import Ending, Raised, ReferenceRun, Trace

_ERROR_TYPES = {"crashed": "Crashed", "timeout": "Timeout", "memory": "MemoryError"}


@dataclass(frozen=True, slots=True)
class CaseRun:
    """The trace of a case; if the case ended the child, the CPU time in seconds that it used."""

    trace: Trace
    cpu_seconds: float = 0.0


def run_student(child: Conversation, job: StudentJob) -> tuple[CaseRun, ...]:
    """Run the cases in turn, up to one that ends the child. Raises WorkerDied."""
    visible, *hidden = job.cases
    runs: list[CaseRun] = []
    for line in (student_line(job) + visible, *hidden):
        runs.append(_run_case(child, job, line, hidden=bool(runs)))
        if child.finished:
            break
    return tuple(runs)


def run_programs(child: Conversation, programs: tuple[Program, ...], seconds: float, memory_mb: int) -> tuple[ReferenceRun, ...]:
    """Run the programs in turn, up to one that ends the child; the reason is its error. Raises WorkerDied."""
    child.send(reference_line(programs, memory_mb))
    runs: list[ReferenceRun] = []
    for _ in programs:
        reader = ProgramReader()
        failure = child.receive(reader.read, seconds, memory_mb)
        runs.append(reader.run(_raised(failure, child.finish()) if failure else None))
        if failure:
            break
    return tuple(runs)


def _run_case(child: Conversation, job: StudentJob, line: bytes, *, hidden: bool) -> CaseRun:
    reader, begun, used = CaseReader(job.leaves, hidden=hidden), time.monotonic(), child.process.cpu_seconds()
    child.send(line)
    try:
        failure = child.receive(reader.read, job.limits.seconds, job.limits.memory_mb)
    except ChildFailed:
        if hidden:  # a program can forge the text, and write hidden numbers into it
            raise ChildFailed("its process failed in a hidden case") from None
        raise
    output, is_cut, seconds = child.output(), child.output_is_cut, time.monotonic() - begun
    out_of_memory = reader.end is not None and reader.end.how == "memory"
    if failure is None and not out_of_memory:
        return CaseRun(reader.trace(None, output, is_cut, seconds))
    exit = child.finish()
    ending = Ending(failure.how, error=_raised(failure, exit)) if failure else None
    return CaseRun(reader.trace(ending, output, is_cut, seconds), exit.cpu_seconds - used)


def _raised(failure: StopReason, exit: Exit) -> Raised:
    return Raised(_ERROR_TYPES[failure.how], failure.message or str(exit))
