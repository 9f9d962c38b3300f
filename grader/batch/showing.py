"""What a view does with one student's result, so that a failure there is that student's trouble and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grader.batch.store import Stored, StoreError


class Unshowable(Exception):
    """A result of this submission cannot be shown because of `error`. `exercise` is None if any of them may be the reason."""

    def __init__(self, submission: Stored, exercise: str | None, error: Exception) -> None:
        super().__init__(submission.name, exercise)
        self.submission, self.exercise, self.error = submission, exercise, error


@contextmanager
def showing(submission: Stored, exercise: str | None = None) -> Iterator[None]:
    """Around everything that a view makes of one result, or of one submission. Raises Unshowable for any failure."""
    try:
        yield
    except (StoreError, MemoryError, Unshowable):
        raise
    except Exception as error:
        raise Unshowable(submission, exercise, error) from None
