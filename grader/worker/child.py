"""One child: reads jobs from its pipe, one line each, runs them, and sends what it sees at once.

It shares its process with a student's code, so whatever it needs is bound before that code is read, and it ends by
killing itself: it never returns to whoever started it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import torch

from grader.worker import limits, reference, student

if TYPE_CHECKING:
    from grader.worker.sandbox import Sandbox

READ_BYTES = 2**16


_to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_read, _write, _fstat, _kill, _getpid = os.read, os.write, os.fstat, os.kill, os.getpid
_loads, _format_exc = json.loads, traceback.format_exc
_SIGKILL = signal.SIGKILL

_ENDS_A_TURN = frozenset({"ready", "end", "failure"})

_OUT_OF_MEMORY = {
    "message": "end",
    "how": "memory",
    "returned": None,
    "error": {"type": "MemoryError", "message": "", "line": None},
}


def main(
    jobs: int, messages: int, output: int, turns: int | None = None, *, parent: int | None = None, sandbox: Sandbox | None = None
) -> NoReturn:
    """Be a child on these descriptors until told to stop or killed; in the cage, if there is one."""
    try:
        _standard_streams(output)
        kept = (jobs, messages, output, turns, sandbox.ruleset if sandbox else None)
        limits.enclose([descriptor for descriptor in kept if descriptor is not None], parent)
        child = Child(jobs, messages, output, turns)
        if sandbox is not None:
            sandbox.enter()
        child.run()
    except BaseException:
        _write(output, _format_exc().encode())
    finally:
        _kill(_getpid(), _SIGKILL)
    raise AssertionError("a killed process goes no further")


def spawned(warm_optimizer: bool) -> NoReturn:
    """A child that is an interpreter of its own: jobs come over stdin, messages leave over stdout, output over stderr."""
    from grader.worker import heap, zygote

    jobs, messages, output = os.dup(0), os.dup(1), os.dup(2)
    zygote.warm_up(warm_optimizer)
    heap.settle()
    limits.prepare()
    main(jobs, messages, output)


class Child:
    """`turns` is written a byte after each message that ends what was asked, for a parent that need not hear of the others
    at once."""

    def __init__(self, jobs: int, messages: int, output: int, turns: int | None = None) -> None:
        self.jobs, self.messages, self.output, self.turns = jobs, messages, output, turns
        self.standard = _standard_files()
        self.idle = limits.address_space()
        self.device = torch.device("cpu")
        self.job: dict[str, Any] = {}
        self.streams: tuple[TextIO, ...] = ()

    def run(self) -> None:
        try:
            for line in self.lines():
                self.perform(_loads(line))
        except MemoryError:
            # A student's function has eaten what our own code needs to tell of it: the parent watches from here on.
            limits.lift_memory()
            self.send(_OUT_OF_MEMORY if self.job else {"message": "failure", "kind": "grader", "text": _format_exc()})
        except BaseException:
            if self.has_its_pipes():
                self.send({"message": "failure", "kind": "grader", "text": _format_exc()})

    def perform(self, message: dict[str, Any]) -> None:
        if "case" in message:
            self.fresh_streams()
            student.run_case(self.job, message["case"], self.send)
        elif message["job"] == "hello":
            self.hello(message["device"])
        elif message["job"] == "student":
            self.limit(message["memory_mb"])
            self.job = message | {"device": str(self.device)}
        else:
            self.limit(message["memory_mb"])
            for program in message["programs"]:
                self.fresh_streams()
                reference.perform(program, self.device, self.send)

    def hello(self, device: str) -> None:
        try:
            self.device = resolve(device)
        except LookupError as error:
            self.send({"message": "failure", "kind": "device", "text": error.args[0]})
        else:
            self.send({"message": "ready", "torch": torch.__version__, "device": str(self.device)})

    def limit(self, memory_mb: int) -> None:
        """Off the CPU the parent watches: an accelerator reserves more address space than there is memory."""
        if self.idle and self.device.type == "cpu":
            limits.limit_memory(self.idle + memory_mb * 2**20)

    def fresh_streams(self) -> None:
        """New ones for each case, with buffers of their own: what the one before closed, replaced or wrapped stays behind."""
        if _standard_files() != self.standard:
            _standard_streams(self.output)
        self.streams = (_stream(1), _stream(2))
        sys.stdout, sys.stderr = self.streams

    def lines(self) -> Iterator[bytes]:
        rest = b""
        while chunk := _read(self.jobs, READ_BYTES):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole

    def send(self, message: dict[str, Any]) -> None:
        """Write one line, whole, now; what was printed before the end of a case leaves before the end does."""
        if message["message"] == "end":
            self.flush()
        line = memoryview(to_line(message))
        while line:
            line = line[_write(self.messages, line) :]
        if self.turns is not None and message["message"] in _ENDS_A_TURN:
            _write(self.turns, b".")

    def has_its_pipes(self) -> bool:
        """A student's function that has closed one is the student's trouble, not ours."""
        with contextlib.suppress(OSError):
            return all(_fstat(pipe) for pipe in (self.jobs, self.messages, self.output, self.turns) if pipe is not None)
        return False

    def flush(self) -> None:
        for stream in self.streams:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()


def to_line(message: dict[str, Any]) -> bytes:
    """A message as it goes over the pipe."""
    return _to_json(message).encode("utf-8", "replace") + b"\n"


def resolve(asked: str) -> torch.device:
    """The device that was asked for; `auto` is the accelerator, where there is one. LookupError says what is there."""
    there = None if asked == "cpu" else _accelerator()
    if there is None and asked in ("cpu", "auto"):
        return torch.device("cpu")
    if there is not None and asked in ("auto", *there):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        device = torch.device(there[0] if asked == "auto" else asked)
        torch.zeros(1, device=device)
        return device
    raise LookupError(f"There is no device {asked!r} here, only: {', '.join(['cpu', *(there or ())])}.")


def _accelerator() -> list[str] | None:
    """The names of the accelerator, the plain one first; None without one."""
    if not torch.accelerator.is_available():
        return None
    kind = torch.accelerator.current_accelerator()
    assert kind is not None
    return [kind.type, *(f"{kind.type}:{number}" for number in range(torch.accelerator.device_count()))]


def _standard_streams(output: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if nothing > 2:
        os.close(nothing)


def _standard_files() -> list[tuple[int, int]] | None:
    """Which files are open as the standard streams; None if not all are open."""
    try:
        return [(status.st_dev, status.st_ino) for status in map(_fstat, (0, 1, 2))]
    except OSError:
        return None


def _stream(descriptor: int) -> TextIO:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True)
