"""What the parts of the tracer share."""

from __future__ import annotations

from collections.abc import Iterable
from types import FrameType

from grader.worker.call_sites import CallSite, find_place, innermost_line
from grader.worker.own_errors import OwnErrors
from grader.worker.recorder import Recorder, Send
from grader.worker.snapshot import Leaves, WatchedLeaf


class Watch:
    """One run of a student's function: the watched leaves, the trace, and the file in which the student's lines are."""

    def __init__(self, leaves: Leaves, filename: str, send: Send) -> None:
        self.leaves, self.filename = leaves, filename
        self.recorder = Recorder(leaves, send)
        self.own_errors = OwnErrors(filename)
        self.in_backward = False

    def place(self, frame: FrameType) -> CallSite:
        return find_place(frame, self.filename)

    def line(self, frame: FrameType) -> int | None:
        return innermost_line(frame, self.filename)

    def notice_silent(self, frame: FrameType, written: Iterable[WatchedLeaf] = ()) -> None:
        """Record what changed unseen before a call, which can write these leaves."""
        moved = self.leaves.moved_before(written, self.recorder.unseen_leaves())
        if moved or self.recorder.unseen:
            self.recorder.notice_silent(self.place(frame), moved)
