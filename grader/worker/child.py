"""One child: reads jobs from its pipe, one line each, runs them, and sends what it sees at once.

It shares its process with a student's code. So it binds whatever it needs before that code is read, and it ends by
killing itself: it never returns to its caller.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import torch

from grader.message_limits import MAX_NAME, MAX_TEXT
from grader.worker import limits, reference, student
from grader.worker.device import resolve
from grader.worker.encode import Document, describe_failure
from grader.worker.process_state import watch_process
from grader.worker.recorder import end_document
from grader.worker.repair_job import make_candidates
from grader.worker.replays import ReplayedCase
from grader.worker.standard_streams import StandardStreams

if TYPE_CHECKING:
    from grader.worker.sandbox.layers import Sandbox

READ_BYTES = 2**16

_to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_read, _write, _set_blocking, _fstat, _kill, _getpid = os.read, os.write, os.set_blocking, os.fstat, os.kill, os.getpid
_loads, _format_exc = json.loads, traceback.format_exc
_SIGKILL = signal.SIGKILL

_ENDS_A_TURN = frozenset({"ready", "end", "replayed", "candidates", "failure"})

_OUT_OF_MEMORY = end_document("memory", error={"type": "MemoryError", "message": "", "line": None})


def main(
    jobs: int,
    messages: int,
    output: int,
    turns: int | None = None,
    *,
    changed: Callable[[], str],
    parent: int | None = None,
    sandbox: Sandbox | None = None,
) -> NoReturn:
    """Be a child on these descriptors until the pipe of jobs closes or somebody kills it; in the sandbox, if there is one.

    `changed` names what an exercise has changed in this process, see `watch_process`.
    """
    try:
        streams = StandardStreams(output)
        kept = (jobs, messages, output, turns, sandbox.ruleset if sandbox else None)
        limits.enclose([descriptor for descriptor in kept if descriptor is not None], parent)
        child = Child(jobs, messages, output, turns, streams, changed)
        if sandbox is not None:
            sandbox.enter()
        child.run()
    except BaseException:
        _write(output, _format_exc().encode())  # nobody has run a student's code yet: the engine shows this
    finally:
        _kill(_getpid(), _SIGKILL)
    raise AssertionError("a killed process does not continue")


class Child:
    """`turns` receives a byte after each message that ends a turn: a parent that waits for this byte is not woken earlier."""

    def __init__(
        self,
        jobs: int,
        messages: int,
        output: int,
        turns: int | None,
        streams: StandardStreams,
        changed: Callable[[], str],
    ) -> None:
        self.jobs, self.messages, self.output, self.turns = jobs, messages, output, turns
        self.streams, self.changed = streams, changed
        self.device = torch.device("cpu")
        self.student_job: Document = {}
        self.replays: ReplayedCase

    def run(self) -> None:
        """Run jobs until their pipe closes, or until one of them needs a cleaner process."""
        loads, run_job, send = _loads, self.run_job, self.send  # no student's code can replace a variable
        changed: Callable[[], str] | None = None
        lines = self.lines()  # kept to the end: without any memory left, Python cannot finalise a generator
        try:
            for line in lines:
                job = loads(line)
                if job.get("job") == "student":
                    if changed is not None and (what := changed()):
                        return send({"message": "unclean", "what": what[:MAX_NAME]})
                    changed = changed or self.changed
                run_job(job)
        except MemoryError as error:
            limits.free_reserve()
            self.send(_OUT_OF_MEMORY if self.student_job else _failure("grader", describe_failure(error)))
        except BaseException as error:
            if self.has_its_pipes():
                self.send(_failure("grader", describe_failure(error)))

    def run_job(self, job: Document) -> None:
        if "case" in job:
            self.streams.renew()
            student.run_case(self.student_job, job["case"], self.send)
            self.student_job["hidden"] = True
        elif "program" in job:
            self.streams.renew()
            reference.run_program(job["program"], self.device, self.send)
        elif "replays" in job:
            self.streams.renew()
            self.replays = ReplayedCase(job["replays"], self.device)
        elif "replay" in job:
            self.send(self.replays.perform(job["replay"]))
        elif "repair" in job:
            self.send(make_candidates(job["repair"]))
        elif job["job"] == "hello":
            self.hello(job["device"])
        else:
            self.student_job = job | {"device": str(self.device), "hidden": False}

    def hello(self, device: str) -> None:
        try:
            self.device = resolve(device)
        except LookupError as error:
            self.send(_failure("device", str(error.args[0])[:MAX_TEXT]))
        else:
            if self.device.type != "cpu":
                self.changed = watch_process()  # an accelerator's driver has changed much
            self.send({"message": "ready", "torch": torch.__version__, "device": str(self.device)})

    def lines(self) -> Iterator[bytes]:
        parts: list[bytes] = []  # of the line that has not ended
        while chunk := _patiently(_read, self.jobs, READ_BYTES):
            end, *lines = chunk.split(b"\n")
            parts.append(end)
            if lines:
                *whole, begun = lines
                yield b"".join(parts)
                yield from whole
                parts = [begun]

    def send(self, message: dict[str, Any]) -> None:
        """Write the whole line now; the end of a case follows everything that was printed before it."""
        if message["message"] == "end":
            self.streams.flush()
        line = memoryview(to_line(message))
        while line:
            line = line[_patiently(_write, self.messages, line) :]
        if self.turns is not None and message["message"] in _ENDS_A_TURN:
            _patiently(_write, self.turns, b".")

    def has_its_pipes(self) -> bool:
        """Are they all open? If a student's function has closed one, the failure is the student's, not ours."""
        with contextlib.suppress(OSError):
            return all(_fstat(pipe) for pipe in (self.jobs, self.messages, self.output, self.turns) if pipe is not None)
        return False


def _patiently(call: Callable[[int, Any], Any], pipe: int, argument: Any) -> Any:
    """Read or write, and wait for it even if a student's code has made the pipe non-blocking."""
    try:
        return call(pipe, argument)
    except BlockingIOError:
        _set_blocking(pipe, True)
        return call(pipe, argument)


def to_line(message: dict[str, Any]) -> bytes:
    """A message as it goes through the pipe."""
    return _to_json(message).encode("utf-8", "replace") + b"\n"


def _failure(kind: str, text: str) -> Document:
    return {"message": "failure", "kind": kind, "text": text}
