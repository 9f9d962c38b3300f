"""Loads torch once and forks: a process that knows nothing, so its children know nothing.

It is told `fork`, with a child's four pipe ends, `reap PID` or `optimizer` over a socket; the answers are JSON, and it
greets when it is ready for its first child and when it is ready again after `optimizer`. It never runs a backward and never
touches an accelerator, which would break its children (pytorch#69839). When the socket closes it ends, and everything it
started with it.
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

from grader.worker import child, heap, limits

if TYPE_CHECKING:
    from grader.worker.sandbox import Sandbox

MESSAGE_BYTES = 64
PIPES = 4


def main(control: int, warm_optimizer: bool, sandboxed: bool) -> NoReturn:
    """Serve the socket with this descriptor until it closes."""
    warm_up(warm_optimizer)
    sandbox, proof = _proven_sandbox() if sandboxed else (None, {})
    if sys.platform == "linux":
        limits.prctl(limits.PR_SET_CHILD_SUBREAPER, 1)
    with socket.socket(fileno=control) as connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        zygote = Zygote(connection, sandbox, {"torch": torch.__version__, "sandbox": proof})
        zygote.greet()
        zygote.serve()
    end_children(set())
    os._exit(0)  # there is nothing to tidy up, and torch takes its time to


def warm_up(optimizer: bool) -> None:
    """One thread, one forward; and one step, because the first in a process imports for more than a second."""
    torch.set_num_threads(1)
    torch.nn.Linear(2, 2)(torch.ones(1, 2)).sum()
    if optimizer:
        _warm_up_optimizer()


def _warm_up_optimizer() -> None:
    weight = torch.ones(2, requires_grad=True)
    weight.grad = torch.ones(2)
    torch.optim.SGD([weight], lr=0.1).step()


def _proven_sandbox() -> tuple[Sandbox, dict[str, str]]:
    """A cage for the children, and what each of its layers did not refuse a child that tried ("" where all was)."""
    from grader.worker import sandbox, sandbox_probe

    sandbox.warm_up()
    sandbox.give_up_capabilities()
    made = sandbox.Sandbox()
    return made, sandbox_probe.probe(made)


class Zygote:
    """`sandbox` is what its children are shut in before they read a job."""

    def __init__(self, connection: socket.socket, sandbox: Sandbox | None, greeting: dict[str, Any]) -> None:
        self.connection, self.sandbox, self.greeting = connection, sandbox, greeting
        self.children: set[int] = set()

    def greet(self) -> None:
        """Say that children can be had."""
        limits.prepare()  # after each load: torch's optimizers set a variable
        heap.settle()
        self.connection.send(json.dumps(self.greeting).encode())

    def serve(self) -> None:
        while True:
            message, pipes, _, _ = socket.recv_fds(self.connection, MESSAGE_BYTES, PIPES)
            if not message:
                return
            if message == b"optimizer":
                heap.grow()
                _warm_up_optimizer()
                self.greet()
                continue
            answer = self.fork(pipes) if message == b"fork" else self.reap(int(message.removeprefix(b"reap ")))
            self.connection.send(json.dumps(answer).encode())

    def fork(self, pipes: list[int]) -> dict[str, float]:
        """Fork a child that reads jobs from the first pipe and writes messages, output and turns to the others."""
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            child.main(*pipes, parent=parent, sandbox=self.sandbox)
        for pipe in pipes:
            os.close(pipe)
        self.children.add(pid)
        return {"pid": pid}

    def reap(self, pid: int) -> dict[str, float]:
        """Wait for a child that was killed, and end what it may have left running."""
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
