"""What the parts of the tracer share."""

from __future__ import annotations

from collections.abc import Iterable
from types import FrameType

from grader.worker.call_sites import CallSite, find_place, innermost_line
from grader.worker.frozen import FrozenLeaves
from grader.worker.own_errors import OwnErrors
from grader.worker.recorder import Recorder, Send
from grader.worker.running import RunningCalls
from grader.worker.snapshot import Leaves, WatchedLeaf


class Watch:
    """One run of a student's function: the watched leaves, the trace, and the file in which the student's lines are."""

    def __init__(self, leaves: Leaves, filename: str, send: Send, *, reports_frozen: bool = False) -> None:
        self.leaves, self.filename = leaves, filename
        self.recorder = Recorder(leaves, send)
        self.own_errors = OwnErrors(filename)
        self.running = RunningCalls()
        self.frozen = FrozenLeaves(leaves, send, is_wanted=reports_frozen)

    def place(self, frame: FrameType) -> CallSite:
        outermost = self.running.outermost
        return find_place(frame, self.filename, None if outermost is None else outermost.number)

    def line(self, frame: FrameType) -> int | None:
        return innermost_line(frame, self.filename)

    def has_students_frame(self, frames: Iterable[FrameType]) -> bool:
        return any(frame.f_code.co_filename == self.filename for frame in frames)

    def before_call(self, frame: FrameType, written: Iterable[WatchedLeaf] = ()) -> None:
        """A call begins: record what happened before it, unseen or in the running call that it is made in."""
        if not self.record_part_of_running_call(frame):
            self.notice_silent(frame, written)

    def record_part_of_running_call(self, frame: FrameType) -> bool:
        """Record what the innermost running call has changed so far. False if none is running."""
        outer = self.running.innermost(frame)
        if outer is not None:
            outer.record_part()
        return outer is not None

    def notice_silent(self, frame: FrameType, written: Iterable[WatchedLeaf] = ()) -> None:
        """Record what changed unseen before a call, which can write these leaves."""
        moved = self.leaves.moved_before(written, self.recorder.unseen_leaves())
        if moved or self.recorder.unseen:
            self.recorder.notice_silent(self.place(frame), moved)
