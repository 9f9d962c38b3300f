"""The parent's side of a zygote: starts it, waits for it as late as possible, and asks it to fork and to reap."""

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
from grader.engines.process import Exit, Process, WorkerDied, resident
from grader.engines.sandbox import require_all_layers
from grader.errors import EngineError

START_SECONDS = 120.0
ANSWER_SECONDS = 30.0
END_SECONDS = 5.0  # it may be loading an optimizer, and only it can find what its children left running
ANSWER_BYTES = 4096
GONE = "the process that starts children is gone"


class ZygoteClient:
    """One process with torch loaded, starting from now on; the first child waits until it is ready.

    With `optimizer` it has also done what the first optimizer of a process takes more than a second for. With `sandboxed` its
    children are shut in.
    """

    def __init__(self, optimizer: bool, sandboxed: bool = False) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket, self._lock = ours, threading.Lock()
        self._greetings_due, self._came_up = 1, False
        self._proof: dict[str, str] = {}
        self._complaint = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        with theirs:
            self.process = interpreter.start(
                "grader.worker.zygote",
                "main",
                {"control": theirs.fileno(), "optimizer": optimizer, "sandboxed": sandboxed},
                stdin=subprocess.DEVNULL,
                stdout=self._complaint,
                stderr=self._complaint,
                pass_fds=(theirs.fileno(),),
            )

    def load_optimizer(self) -> None:
        """Have it do before its next child what the first optimizer of a process takes more than a second for."""
        with self._lock, contextlib.suppress(OSError):  # one that is gone is found out by whoever asks for a child
            self._socket.send(b"optimizer")
            self._greetings_due += 1

    def start_child(self) -> Process:
        """A new child. Raises EngineError if the zygote never came up, UsageError if its cage is not whole, WorkerDied if
        it is gone."""
        require_all_layers(self.sandbox_proof())
        pipes = [os.pipe() for _ in range(4)]
        theirs = [pipes[0][0], *(pipe[1] for pipe in pipes[1:])]
        ours = [pipes[0][1], *(pipe[0] for pipe in pipes[1:])]
        try:
            pid = self._ask(b"fork", theirs)["pid"]
        except BaseException:
            _close(ours)
            raise
        finally:
            _close(theirs)
        jobs, messages, output, turns = ours
        return Process(pid, jobs, messages, output, self.reap, turns)

    def reap(self, pid: int) -> Exit:
        answer = self._ask(b"reap %d" % pid)
        return Exit(answer["status"], answer["cpu_seconds"])

    def sandbox_proof(self) -> Mapping[str, str]:
        """For each layer of the cage what it did not refuse, or "". Raises EngineError if it never came up, or WorkerDied."""
        with self._lock:
            self._wait_until_ready()
        return self._proof

    def resident(self) -> int:
        """Bytes of memory that its children share with it from birth."""
        return resident(self.process.pid) or 0

    def close(self) -> None:
        """Let it end, and its children with it; one that never came up has none."""
        self._socket.close()
        if not self._came_up:
            self.process.kill()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with self._lock:
            self._complaint.close()

    def _ask(self, request: bytes, descriptors: list[int] | None = None) -> Any:
        with self._lock:
            self._wait_until_ready()
            try:
                socket.send_fds(self._socket, [request], descriptors or [])
                return self._answer(ANSWER_SECONDS)
            except BaseException as error:
                self._socket.close()  # an answer that nobody waited for would be taken for the next one
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
                if self._came_up:
                    raise WorkerDied(GONE) from None
                raise EngineError(interpreter.why(self._complaints())) from None
            self._came_up = True
            self._greetings_due -= 1

    def _answer(self, seconds: float) -> Any:
        self._socket.settimeout(seconds)
        return json.loads(self._socket.recv(ANSWER_BYTES))

    def _complaints(self) -> str:
        if self._complaint.closed:
            return ""
        self._complaint.seek(0)
        return self._complaint.read().decode(errors="replace")


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
