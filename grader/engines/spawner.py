"""Children where there is no fork: each an interpreter of its own, with one more warming up for the next.

A program that starts a daemon in a session of its own leaves it running: only a zygote can find such orphans.
"""

from __future__ import annotations

import os
import subprocess
import threading

from grader.engines import interpreter
from grader.engines.process import Exit, Process


class Spawner:
    """Has a spare child from the start; whoever takes it has the next one started."""

    def __init__(self, optimizer: bool) -> None:
        self._optimizer, self._lock = optimizer, threading.Lock()
        self._started: dict[int, subprocess.Popen[bytes]] = {}
        self._spare = self._spawn()

    def load_optimizer(self) -> None:
        """From now on children have loaded what the first optimizer of a process takes more than a second for."""
        with self._lock:
            self._optimizer = True
            child, self._spare = self._spare, self._spawn()
        child.finish()

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

    def resident(self) -> int:
        return 0

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
            for theirs in (jobs[0], messages[1], output[1]):
                os.close(theirs)
        self._started[process.pid] = process
        return Process(process.pid, jobs[1], messages[0], output[0], reap=self.reap)
