"""The parent's side of a zygote: starts it, waits for it as late as possible, and has it fork and reap children."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from typing import Any

from grader.engines import interpreter
from grader.engines.process import Exit, Memory, Process, WorkerDied, memory_of
from grader.engines.sandbox import require_all_layers, require_fork
from grader.errors import EngineError

START_SECONDS = 120.0
ANSWER_SECONDS = 30.0
END_SECONDS = 5.0  # it may be loading an optimizer, and only it can find what its children have left running
ANSWER_BYTES = 4096
GONE = "the process that starts children is gone"


class ZygoteClient:
    """One process that has loaded torch. It starts now; the first child waits until it is ready.

    With `optimizer` it also loads an optimizer, which takes more than a second. With `sandboxed` its children run in a sandbox.
    """

    def __init__(self, optimizer: bool, sandboxed: bool = False) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket, self._lock = ours, threading.Lock()
        self._greetings_due, self._has_started = 1, False
        self._proof: dict[str, str] = {}
        self._memory = Memory()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        with theirs:
            self.process = interpreter.start(
                "grader.worker.zygote",
                "main",
                {"control": theirs.fileno(), "optimizer": optimizer, "sandboxed": sandboxed},
                stdin=subprocess.DEVNULL,
                stdout=self._stderr,
                stderr=self._stderr,
                pass_fds=(theirs.fileno(),),
            )

    def load_optimizer(self) -> None:
        """Have it load an optimizer before its next child."""
        self._load(b"optimizer")

    def load_repair(self) -> None:
        """Have it load what makes candidates for fixes before its next child, which cannot read these files in the sandbox."""
        self._load(b"repair")

    def start_child(self) -> Process:
        """A new child. Raises EngineError if the zygote never started, UsageError if the sandbox is incomplete, WorkerDied
        if the zygote is gone."""
        require_all_layers(self.sandbox_proof())
        pipes = [os.pipe() for _ in range(4)]
        child_ends = [pipes[0][0], *(pipe[1] for pipe in pipes[1:])]
        parent_ends = [pipes[0][1], *(pipe[0] for pipe in pipes[1:])]
        try:
            pid = self._ask(b"fork", child_ends)["pid"]
        except BaseException:
            _close(parent_ends)
            raise
        finally:
            _close(child_ends)
        jobs, messages, output, turns = parent_ends
        return Process(pid, jobs, messages, output, self.reap, turns)

    def reap(self, pid: int) -> Exit:
        answer = self._ask(b"reap %d" % pid)
        return Exit(answer["status"], answer["cpu_seconds"])

    def sandbox_proof(self) -> Mapping[str, str]:
        """For each layer of the sandbox what it failed to refuse, or "". Raises EngineError or WorkerDied."""
        with self._lock:
            self._wait_until_ready()
        return self._proof

    def memory(self) -> Memory:
        """What a new child shares with it. Between two greetings it stays the same."""
        return self._memory

    def close(self) -> None:
        """End this process and its children."""
        self._socket.close()
        if not self._has_started:
            self.process.kill()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with self._lock:
            self._stderr.close()

    def _load(self, what: bytes) -> None:
        with self._lock, contextlib.suppress(OSError):  # `start_child` notices a zygote that is gone
            self._socket.send(what)
            self._greetings_due += 1

    def _ask(self, request: bytes, descriptors: list[int] | None = None) -> Any:
        with self._lock:
            self._wait_until_ready()
            try:
                socket.send_fds(self._socket, [request], descriptors or [])
                return self._answer(ANSWER_SECONDS)
            except BaseException as error:
                self._socket.close()  # otherwise the next request would read the answer to this one
                if isinstance(error, OSError | ValueError):
                    raise WorkerDied(GONE) from error
                raise

    def _wait_until_ready(self) -> None:
        while self._greetings_due:
            try:
                self._proof = self._answer(START_SECONDS)["sandbox"]
            except TimeoutError:
                raise EngineError(f"torch was not imported within {START_SECONDS:.0f} seconds.") from None
            except (OSError, ValueError):
                if self._has_started:
                    raise WorkerDied(GONE) from None
                raise EngineError(interpreter.why_not_started(self._read_stderr())) from None
            self._has_started = True
            self._memory = memory_of(self.process.pid) or Memory()
            self._greetings_due -= 1

    def _answer(self, seconds: float) -> Any:
        self._socket.settimeout(seconds)
        return json.loads(self._socket.recv(ANSWER_BYTES))

    def _read_stderr(self) -> str:
        if self._stderr.closed:
            return ""
        self._stderr.seek(0)
        return self._stderr.read().decode(errors="replace")


def prove_sandbox() -> Mapping[str, str]:
    """For each layer of the sandbox what it failed to refuse here, or "". Raises UsageError or EngineError."""
    require_fork(None)
    zygote = ZygoteClient(optimizer=False, sandboxed=True)
    try:
        return zygote.sandbox_proof()
    finally:
        zygote.close()


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
