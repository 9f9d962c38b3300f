"""The `backward()` calls and optimizer steps that are running now.

What the student's code does inside one of them (in a closure, in a hook, in a custom `backward`) is a call of its own. Before
it, what the running call has changed so far is recorded as a part of that call.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import FrameType
from typing import Any, TypeVar

from grader.worker.call_sites import CallSite
from grader.worker.encode import Document
from grader.worker.recorder import Recorder


class RunningCall:
    """One running call. `frame` is where it runs; `number` is its number in this run; `parts` were recorded so far."""

    def __init__(self, frame: FrameType, place: CallSite, recorder: Recorder) -> None:
        self.frame, self.place, self.recorder = frame, place, recorder
        self.number = self.parts = 0
        self._sent_before = recorder.calls_sent

    def is_over(self, frame: FrameType) -> bool:
        """Did it raise, so that nobody said that it has ended?"""
        return False

    def record_part(self) -> None:
        """Record what it has changed since the last part, if anything."""
        raise NotImplementedError

    def end(self, raised: Document | None = None) -> None:
        """Record the rest."""
        raise NotImplementedError

    def record(self, kind: str, touched: Iterable[str], after: Document, *, is_part: bool, **more: Any) -> None:
        """Send the call, or a part of it."""
        if is_part:
            self.parts += 1
        if is_part or self.recorder.calls_sent > self._sent_before:
            more["part_of"] = self.number
        self.recorder.call(kind, touched, after, self.place, **more)


Kind = TypeVar("Kind", bound=RunningCall)


class RunningCalls:
    """The stack of running calls."""

    def __init__(self) -> None:
        self._stack: list[RunningCall] = []
        self._begun = 0

    def begin(self, call: RunningCall) -> None:
        self._begun += 1
        call.number = self._begun
        self._stack.append(call)

    def end(self, call: RunningCall, raised: Document | None = None) -> None:
        """The call has ended, and with it those that it contains."""
        while call in self._stack:
            last = self._stack.pop()
            last.end(raised if last is call else None)

    def innermost(self, frame: FrameType) -> RunningCall | None:
        """The innermost running call. Those that are over in this frame are ended first."""
        while self._stack and self._stack[-1].is_over(frame):
            self._stack.pop().end()
        return self._stack[-1] if self._stack else None

    def innermost_of(self, kind: type[Kind]) -> Kind | None:
        return next((call for call in reversed(self._stack) if isinstance(call, kind)), None)

    @property
    def outermost(self) -> RunningCall | None:
        return self._stack[0] if self._stack else None
