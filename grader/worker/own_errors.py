"""Separates the exceptions of the grader's own code from those of a student's code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.worker.call_sites import line_of_error
from grader.worker.encode import TooManyNumbers

# Reading a student's tensors may raise these because of how the tensors are: no memory or stack left, nothing torch can read.
STUDENTS = (MemoryError, RuntimeError, TooManyNumbers)


class OwnErrors:
    """`first` is the first exception that our own code raised: after it, nothing in the trace can be believed.

    `theirs` is the exception that torch has just raised for the student.
    """

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self.first: Exception | None = None
        self.theirs: BaseException | None = None

    def run(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call torch; what it raises is the student's."""
        try:
            return func(*args, **kwargs)
        except BaseException as error:
            self.theirs = error
            raise

    def note(self, error: BaseException) -> None:
        """Keep an error if it is our own, even if the student's code catches it later."""
        theirs, self.theirs = self.theirs, None
        if error is theirs or isinstance(error, STUDENTS) or not isinstance(error, Exception):
            return
        if self.first is None and line_of_error(error, self._filename) is None:
            self.first = error

    def guarded(self, hook: Callable[..., None]) -> Callable[..., None]:
        """A hook of ours that torch calls: what it raises is ours too."""

        def guarded_hook(*arguments: Any) -> None:
            try:
                hook(*arguments)
            except BaseException as error:
                self.note(error)
                raise

        return guarded_hook
