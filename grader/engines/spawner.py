"""Starts children on systems where the grader does not fork: each is an interpreter of its own, and the next starts early.

A daemon that a program starts in a process session of its own keeps running: only a zygote can find such orphans.
"""

from __future__ import annotations

import os
import subprocess
import threading

from grader.engines import interpreter
from grader.engines.process import Exit, Memory, Process


class Spawner:
    """Has a spare child from the start; taking it starts the next one."""

    def __init__(self, optimizer: bool) -> None:
        self._optimizer, self._lock = optimizer, threading.Lock()
        self._started: dict[int, subprocess.Popen[bytes]] = {}
        self._spare = self._spawn()

    def load_optimizer(self) -> None:
        """From now on children have loaded an optimizer, which takes more than a second."""
        with self._lock:
            self._optimizer = True
            child, self._spare = self._spare, self._spawn()
        child.finish()

    def load_repair(self) -> None:
        """A spawned child loads what makes candidates for fixes itself."""

    def start_child(self) -> Process:
        with self._lock:
            child, self._spare = self._spare, self._spawn()
            return child

    def reap(self, pid: int) -> Exit:
        with self._lock:
            process = self._started.pop(pid)
        _, status, usage = os.wait4(pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return Exit(status, usage.ru_utime + usage.ru_stime)

    def memory(self) -> Memory:
        return Memory()

    def close(self) -> None:
        with self._lock:
            spare = self._spare
        spare.finish()

    def _spawn(self) -> Process:
        jobs, messages, output = os.pipe(), os.pipe(), os.pipe()
        try:
            process = interpreter.start(
                "grader.worker.spawned",
                "main",
                {"optimizer": self._optimizer},
                stdin=jobs[0],
                stdout=messages[1],
                stderr=output[1],
            )
        finally:
            for child_end in (jobs[0], messages[1], output[1]):
                os.close(child_end)
        self._started[process.pid] = process
        return Process(process.pid, jobs[1], messages[0], output[0], reap=self.reap)
