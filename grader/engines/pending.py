"""What one child after another performs, in order: a line is made when it is sent, and a few lines are sent ahead.

So the child need not wait for the parent after each line, and the parent holds few lines at a time. When a child has ended,
only what it was sent and did not answer is sent again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

AHEAD_BYTES = 2**16  # as much as a pipe holds

Item = TypeVar("Item")


class Pending(Generic[Item]):
    """Items, which must not be None. It is true as long as one has no answer."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = iter(items)
        self._unsent: deque[Item] = deque()
        self._sent: deque[tuple[Item, int]] = deque()
        self._ahead = 0

    def __bool__(self) -> bool:
        if not (self._unsent or self._sent):
            self._unsent.extend(item for item in [next(self._items, None)] if item is not None)
        return bool(self._unsent or self._sent)

    def begin(self) -> None:
        """A new child has been sent nothing yet."""
        self._unsent.extendleft(item for item, _ in reversed(self._sent))
        self._sent.clear()
        self._ahead = 0

    def send(self, send: Callable[[bytes], None], to_line: Callable[[Item], bytes]) -> Item | None:
        """Send some lines ahead. The item that is answered next; None after the last one."""
        while self._ahead < AHEAD_BYTES and (item := self._next()) is not None:
            line = to_line(item)
            self._sent.append((item, len(line)))
            self._ahead += len(line)
            send(line)
        return self._sent[0][0] if self._sent else None

    def answered(self) -> None:
        """The first item that was sent has its answer, or has ended its child."""
        _, size = self._sent.popleft()
        self._ahead -= size

    def _next(self) -> Item | None:
        return self._unsent.popleft() if self._unsent else next(self._items, None)
