"""Loads torch once and forks children. It knows nothing of exercises, so its children know nothing of them either.

Over a socket it receives `fork` with a child's four pipe ends, `reap PID`, `optimizer` or `repair`; the answers are JSON. It
sends a greeting when it is ready for its first child, and again when it is ready after `optimizer` or `repair`. It never runs
a backward and never touches an accelerator, which would break its children (pytorch#69839). When the socket closes it ends,
together with everything that it started.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import torch

from grader.worker import child, heap, limits, process_state, warm_up

if TYPE_CHECKING:
    from grader.worker.sandbox.layers import Sandbox

MESSAGE_BYTES = 64
PIPES = 4


def main(control: int, optimizer: bool, sandboxed: bool) -> NoReturn:
    """Serve the socket with this descriptor until it closes."""
    warm_up.load_torch(optimizer)
    sandbox, proof = _proven_sandbox() if sandboxed else (None, {})
    if sys.platform == "linux":
        limits.try_prctl(limits.PR_SET_CHILD_SUBREAPER, 1)
    with socket.socket(fileno=control) as connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        zygote = Zygote(connection, sandbox, {"torch": torch.__version__, "sandbox": proof})
        zygote.greet()
        zygote.serve()
    end_children(set())
    os._exit(0)  # there is nothing to clean up, and torch takes its time to exit


def _proven_sandbox() -> tuple[Sandbox, dict[str, str]]:
    """The sandbox for the children, and for each of its layers what it failed to refuse, or ""."""
    from grader.worker.sandbox import capabilities, layers, probe  # only here: few zygotes need the kernel's calls

    warm_up.load_for_sandbox()
    capabilities.give_up_capabilities()
    sandbox = layers.Sandbox()
    return sandbox, probe.probe(sandbox)


class Zygote:
    """Each child enters `sandbox`, if there is one, before it reads a job."""

    def __init__(self, connection: socket.socket, sandbox: Sandbox | None, greeting: dict[str, Any]) -> None:
        self.connection, self.sandbox, self.greeting = connection, sandbox, greeting
        self.children: set[int] = set()

    def greet(self) -> None:
        """Prepare this process for forking and say so."""
        limits.prepare_to_fork()  # after each load: torch's optimizers set a variable
        heap.settle()
        self.changed = process_state.watch_process()
        heap.freeze()
        self.connection.send(json.dumps(self.greeting).encode())

    def serve(self) -> None:
        while True:
            message, pipes, _, _ = socket.recv_fds(self.connection, MESSAGE_BYTES, PIPES)
            if not message:
                return
            if message in (b"optimizer", b"repair"):
                heap.grow()
                (warm_up.load_optimizer if message == b"optimizer" else warm_up.load_repair)()
                self.greet()
                continue
            answer = self.fork(pipes) if message == b"fork" else self.reap(int(message.removeprefix(b"reap ")))
            self.connection.send(json.dumps(answer).encode())

    def fork(self, pipes: list[int]) -> dict[str, float]:
        """Fork a child that reads jobs from the first pipe and writes messages, output and turns to the others."""
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            child.main(*pipes, changed=self.changed, parent=parent, sandbox=self.sandbox)
        for pipe in pipes:
            os.close(pipe)
        self.children.add(pid)
        return {"pid": pid}

    def reap(self, pid: int) -> dict[str, float]:
        """Wait for a killed child, and end what it may have left running."""
        _, status, usage = os.wait4(pid, 0)
        self.children.discard(pid)
        end_children(self.children)
        return {"status": status, "cpu_seconds": usage.ru_utime + usage.ru_stime}


def end_children(spared: set[int]) -> None:
    """Kill all children but these. Grandchildren whose parents died are children here, whatever session they are in."""
    while others := set(_children()) - spared:
        for pid in others:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path("/proc/thread-self/children").read_text().split()]
    except OSError:
        return []
