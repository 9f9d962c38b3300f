"""Finds where in the student's file something happens, from the frames of the running call."""

from __future__ import annotations

from dataclasses import dataclass
from types import FrameType, TracebackType


@dataclass(frozen=True, slots=True)
class CallSite:
    """`line` is the student's innermost line, `called_from` the outermost if it is a different one.

    `library` is the frame that the student's innermost frame called, or None if the student's frame acts itself: while
    the library's frame is running, everything below it belongs to one call. `within` is the number of the outermost backward
    or optimizer step that is running.
    """

    line: int | None = None
    called_from: int | None = None
    library: FrameType | None = None
    within: int | None = None


def find_place(frame: FrameType | None, filename: str, within: int | None = None) -> CallSite:
    """The place of what `frame` is doing."""
    library: FrameType | None = None
    while frame is not None and frame.f_code.co_filename != filename:
        library, frame = frame, frame.f_back
    if frame is None:
        return CallSite(within=within)
    line = outermost = frame.f_lineno
    while (frame := frame.f_back) is not None:
        if frame.f_code.co_filename == filename:
            outermost = frame.f_lineno
    return CallSite(line, None if outermost == line else outermost, library, within)


def innermost_line(frame: FrameType | None, filename: str) -> int | None:
    """The student's innermost line alone: the cheap half of `find_place`."""
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno
        frame = frame.f_back
    return None


def is_running(wanted: FrameType, frame: FrameType | None) -> bool:
    """Is `wanted` still on the stack that ends with `frame`?"""
    while frame is not None:
        if frame is wanted:
            return True
        frame = frame.f_back
    return False


def frames_within(outer: FrameType, frame: FrameType | None) -> list[FrameType]:
    """The frames from `frame` up to the one that `outer` called, innermost first."""
    found = []
    while frame is not None and frame is not outer:
        found.append(frame)
        frame = frame.f_back
    return found


def line_of_error(error: BaseException, filename: str) -> int | None:
    """The student's innermost line in a traceback; for a syntax error the line that Python cannot read."""
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno
    line: int | None = None
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
