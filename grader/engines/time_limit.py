"""The time limit of one run. It counts what the run itself uses: computing, and waiting for anything but a processor.

Used time is the time since the run began, less the time in which its process was ready to run and got no processor. A program
that sleeps ends as soon as one that computes, and a busy machine makes no program end earlier. Where the system does not say
how long a process waited for a processor, all its time counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

# The wall clock ends a run whose process hardly gets a processor: that is no fault of the run.
WALL_FACTOR = 10.0
WALL_SECONDS = 30.0

# A run that spent less than this part of its time computing has waited.
COMPUTED = 0.1

# `computed`: it used its time. `waited`: it did so without computing. `starved`: the machine had no time for it.
Exceeded: TypeAlias = Literal["computed", "waited", "starved"]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that a process has computed, and that it was ready to run and got no processor; `ready`: it is so now, or runs."""

    computed: float
    queued: float
    ready: bool


class TimeLimit:
    """Call `listened` after each wait for the process, and `exceeded` from time to time.

    The time begins with the first call of `exceeded`, because `read` costs more than most runs: `read` gives the times of the
    process, or None where they are unknown. Time in which the grader did not listen counts only if the process computed.
    """

    def __init__(self, seconds: float, read: Callable[[], Times | None], clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self.computed = self.wall = 0.0
        self._read, self._clock = read, clock
        self._listened = 0.0
        self._begun: float | None = None
        self._first: Times | None = None
        self._last: Times | None = None

    def listened(self, seconds: float) -> None:
        """The grader has waited this long for the process."""
        self._listened += seconds

    def exceeded(self) -> Exceeded | None:
        """Is the time up, and how was it used?"""
        now = self._read()
        if self._begun is None:
            self._begun, self._listened, self._first = self._clock(), 0.0, now
        self.wall = self._clock() - self._begun
        last, self._last = self._last, now
        if now is None or self._first is None:
            return "computed" if self._listened >= self.seconds else None
        self.computed = now.computed - self._first.computed
        used = max(self.computed, self._listened - (now.queued - self._first.queued))
        if used >= self.seconds and not _is_queued(last, now):
            return "computed" if self.computed >= COMPUTED * used else "waited"
        return "starved" if self.wall >= WALL_FACTOR * self.seconds + WALL_SECONDS else None


def _is_queued(last: Times | None, now: Times) -> bool:
    """Has it waited for a processor since the last look? The system adds this time only when the wait is over."""
    return now == last and now.ready
