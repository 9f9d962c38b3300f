"""The parent's side of the pipes to a child: one loop that writes jobs, reads messages and output, and watches the clock.

Nothing here ever blocks on the child: not on a pipe that it does not read, not on a pipe that a grandchild holds open.
The child writes each message at once, but the parent reads them only when the child has finished its turn, or every 50 ms:
waking up for each message costs both processes more than most of a student's work.
The parent watches the time, the memory and the amount of data of a child, and stops a child that exceeds a limit.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from grader.engines.interpreter import why_not_started
from grader.engines.process import ChildFailed, Exit, Memory, Process
from grader.engines.time_limit import TimeLimit
from grader.errors import EngineError, UsageError
from grader.message_limits import MAX_LINE, MAX_RUN_BYTES
from grader.protocol.jobs import hello_line
from grader.protocol.messages import FailureMessage, MalformedMessage, ReadyMessage, TooManyMessages, WorkerMessage, read_message

READY_SECONDS = 120.0
WATCH_SECONDS = 0.05
CHUNK = 2**18
MAX_TURNS = 2**20
OUTPUT_KEPT = 2**20
OUTPUT_ALLOWED = 8 * 2**20


# `waited`: it used its time without computing. `starved`: the machine had no time for it, which is no fault of the child.
StopKind: TypeAlias = Literal["crashed", "timeout", "waited", "starved", "memory"]


@dataclass(frozen=True, slots=True)
class StopReason:
    """Why the parent stopped a child. Without a message, the way in which the process ended is the reason."""

    how: StopKind
    message: str = ""


class _Stop(Exception):
    def __init__(self, how: StopKind, message: str = "") -> None:
        self.failure = StopReason(how, message)


class Conversation:
    """The exchange with one child, from the hello to the end. `idle` is the least memory that it has before any job.

    `is_used`: it has run an exercise. `is_unclean`: that exercise may have changed it, so it must run no other.
    """

    def __init__(self, process: Process, idle: Memory | None = None) -> None:
        self.process, self._idle = process, idle or Memory()
        self._unsent: deque[memoryview] = deque()  # lines, the first one without what was sent of it
        self._lines: deque[bytes] = deque()
        self._partial = bytearray()
        self._received = self._printed = self._turned = 0
        self._output = bytearray()
        self._ended = self._greeted = self._can_limit_space = self.finished = False
        self.is_used = self.is_unclean = False
        self._memory_mb: int | None = None
        self._watch_at = time.monotonic() + WATCH_SECONDS
        self._too_late: _Stop | None = None
        self._turns = process.turns
        self._ready = {process.jobs: self._write_more, process.messages: self._read_messages, process.output: self._read_output}
        self._poll = select.poll()
        for pipe in process.pipes:
            os.set_blocking(pipe, False)
        self._await(process.output)
        if process.turns is not None:
            self._ready[process.turns] = self._read_turns
            self._await(process.turns)

    def greet(self, device: str) -> ReadyMessage:
        """Wait until the child and its device are ready. Raises UsageError if this device does not exist."""
        greetings: list[ReadyMessage] = []

        def read(message: WorkerMessage) -> bool:
            greetings.extend([message] if isinstance(message, ReadyMessage) else [])
            return True

        self.send(hello_line(device))
        failure = self.receive(read, READY_SECONDS)
        if failure or not greetings:
            raise EngineError(why_not_started(self.output() or (failure.message if failure else "")))
        now = self.process.memory() or Memory()
        self._idle = Memory(max(self._idle.space, now.space), max(self._idle.used, now.used))
        self._can_limit_space = greetings[0].device == "cpu"  # an accelerator reserves more addresses than there is memory
        self._greeted = True
        return greetings[0]

    def limit_memory(self, memory_mb: int) -> None:
        """Before a job: allow the child this much more than it had before any job, where its address space shows it."""
        if self._can_limit_space and self._idle.space and memory_mb != self._memory_mb:
            self._memory_mb = memory_mb
            self.process.limit_address_space(self._idle.space + memory_mb * 2**20)

    def send(self, line: bytes) -> None:
        """Send a line. What the pipe does not take at once is sent while `receive` waits."""
        is_waiting = bool(self._unsent)
        self._unsent.append(memoryview(line))
        if not is_waiting:
            self._write_jobs()
            if self._unsent:
                self._await(self.process.jobs)

    def receive(self, read: Callable[[WorkerMessage], bool], seconds: float, memory_mb: int | None = None) -> StopReason | None:
        """Pass each message to `read` until it returns True: None. Otherwise the reason to stop the child."""
        self._received = self._printed = self._turned = 0
        self._output.clear()
        if self._turns is None:
            self._await(self.process.messages)
        else:
            self._forget(self.process.messages)
        self._too_late = None
        limit = TimeLimit(seconds, self.process.times)
        try:
            while not self._take(read):
                self._wait(limit, memory_mb)
        except _Stop as stop:
            self._last_output()
            return stop.failure
        except TooManyMessages as error:
            return StopReason("crashed", str(error))
        except MalformedMessage as error:
            return StopReason("crashed", f"the program's process sent an invalid message: {error}")
        return self._last_output()

    def output(self) -> str:
        """What was printed since the last `receive` began; only its beginning if it is too long to keep."""
        return self._output.decode("utf-8", "replace")

    @property
    def output_is_cut(self) -> bool:
        """Was more printed than the grader keeps?"""
        return self._printed > OUTPUT_KEPT

    def finish(self) -> Exit:
        """End the child. Raises WorkerDied if the process that started it is gone."""
        self.finished = True
        return self.process.finish()

    def _last_output(self) -> StopReason | None:
        """Read what was printed before the end: it is in the pipe already."""
        try:
            self._read_output()
        except _Stop as stop:
            return stop.failure
        return None

    def _take(self, read: Callable[[WorkerMessage], bool]) -> bool:
        while self._lines:
            message = read_message(self._lines.popleft())
            if isinstance(message, FailureMessage):
                raise self._error_of(message)
            if read(message):
                return True
        return False

    def _error_of(self, message: FailureMessage) -> Exception:
        """A child that has run a student's code cannot report a missing device: such a message is forged."""
        if message.kind == "grader":
            return ChildFailed(message.text)
        return MalformedMessage("it is about the device, which is known already") if self._greeted else UsageError(message.text)

    def _wait(self, limit: TimeLimit, memory_mb: int | None) -> None:
        if self._ended:
            raise _Stop("crashed")
        if self._too_late:
            raise self._too_late
        begun = time.monotonic()
        ready = self._poll.poll(WATCH_SECONDS * 1000)
        limit.listened(min(time.monotonic() - begun, WATCH_SECONDS))  # a grader that got no processor has not listened
        for pipe, _ in ready:
            self._ready[pipe]()
        if time.monotonic() >= self._watch_at:
            self._watch_at = time.monotonic() + WATCH_SECONDS
            self._watch(memory_mb)
            self._too_late = _too_late(limit)  # what the child has sent until now still counts

    def _watch(self, memory_mb: int | None) -> None:
        memory, received = self.process.memory(), self._received
        self._read_messages()
        if self._received > received:  # perhaps more than its pipe holds, and then it waits for us
            self._await(self.process.messages)
        if memory == Memory():
            self._ended = True
        elif memory and memory_mb and memory.used > self._idle.used + memory_mb * 2**20:
            raise _Stop("memory", f"it used more than {memory_mb} MB of memory")

    def _await(self, pipe: int) -> None:
        self._poll.register(pipe, select.POLLOUT if pipe == self.process.jobs else select.POLLIN)

    def _forget(self, pipe: int) -> None:
        with contextlib.suppress(KeyError):
            self._poll.unregister(pipe)

    def _read_turns(self) -> None:
        """The child has finished its turn, or has closed this pipe: then its messages alone show the end."""
        assert self._turns is not None
        turns = _read_available(self._turns)
        self._turned += len(turns or b"")
        if self._turned > MAX_TURNS:
            raise MalformedMessage("it is too long")
        if turns == b"":
            self._forget(self._turns)
            self._turns = None
            self._await(self.process.messages)
        self._read_messages()

    def _read_messages(self) -> None:
        while (chunk := _read_available(self.process.messages)) is not None:
            if not chunk:
                self._ended = True
                return
            self._received += len(chunk)
            end, *lines = chunk.split(b"\n")
            self._partial += end
            if lines:
                *whole, begun = lines
                self._lines += [bytes(self._partial), *whole]
                self._partial = bytearray(begun)
            if len(self._partial) > MAX_LINE or self._received > MAX_RUN_BYTES:
                raise MalformedMessage("it is too long")
            if len(chunk) < CHUNK:
                return

    def _read_output(self) -> None:
        while chunk := _read_available(self.process.output):
            self._printed += len(chunk)
            self._output += chunk[: OUTPUT_KEPT - len(self._output)]
            if self._printed > OUTPUT_ALLOWED:
                raise _Stop("crashed", f"it printed more than {OUTPUT_ALLOWED // 2**20} MB")
        if chunk == b"":
            self._forget(self.process.output)

    def _write_jobs(self) -> None:
        try:
            while self._unsent:
                line = self._unsent[0]
                sent = os.write(self.process.jobs, line[:CHUNK])
                if sent < len(line):
                    self._unsent[0] = line[sent:]
                else:
                    self._unsent.popleft()
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._unsent.clear()

    def _write_more(self) -> None:
        self._write_jobs()
        if not self._unsent:
            self._forget(self.process.jobs)


def _too_late(limit: TimeLimit) -> _Stop | None:
    match limit.exceeded():
        case "computed":
            return _Stop("timeout", f"it ran for more than {limit.seconds:g} seconds")
        case "waited":
            return _Stop("waited", f"it waited for more than {limit.seconds:g} seconds without computing")
        case "starved":
            got = f"in {limit.wall:.0f} seconds it could compute for {limit.computed:.2g} of its {limit.seconds:g} seconds"
            return _Stop("starved", f"the machine is too busy: {got}")
    return None


def _read_available(pipe: int) -> bytes | None:
    """What the pipe holds now: None if it is empty, b"" if no process can write to it any more."""
    try:
        return os.read(pipe, CHUNK)
    except BlockingIOError:
        return None
