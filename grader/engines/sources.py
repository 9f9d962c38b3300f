"""Where children come from: zygotes or spawners, one with an optimizer loaded if need be, made anew when one is gone."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Literal, Protocol, TypeAlias

from grader.engines.conversation import Conversation
from grader.engines.process import Process, WorkerDied
from grader.engines.spawner import Spawner
from grader.engines.zygote import Zygote
from grader.errors import EngineError
from grader.wire.claims import ReadyClaim

StartMethod: TypeAlias = Literal["fork", "spawn"]


class Source(Protocol):
    def start_child(self) -> Process: ...
    def resident(self) -> int: ...
    def close(self) -> None: ...


_START: dict[StartMethod, Callable[[bool], Source]] = {"fork": Zygote, "spawn": Spawner}


class Sources:
    """Starts the first source at once and waits for none. Any thread may ask for a child."""

    def __init__(self, device: str, start_method: StartMethod | None, optimizer: bool, caged: bool = False) -> None:
        self._device = device
        self._start = partial(Zygote, caged=True) if caged else _START[start_method or _default_start_method()]
        self._lock = threading.Lock()
        self._sources: dict[bool, Source] = {optimizer: self._start(optimizer)}
        self._spare: tuple[Source, Conversation] | None = None
        self._greeting: ReadyClaim | None = None
        self._greeting_lock = threading.Lock()
        self._closed = False

    def open(self, optimizer: bool) -> tuple[Source, Conversation]:
        """A child that has said hello, and its source. Raises WorkerDied, EngineError or UsageError."""
        source = self._source(optimizer)
        return self._take_spare(source) or self._open(source)

    def greeting(self) -> ReadyClaim:
        """What a child says of torch and the device; the first to be asked is kept for the next who opens one."""
        with self._greeting_lock:
            if self._greeting is None:
                self._spare = self._open(self._source(optimizer=False))
            assert self._greeting is not None
            return self._greeting

    def forget(self, source: Source) -> None:
        """Let the next who opens a child have a new source: this one is gone."""
        with self._lock:
            known = [optimizer for optimizer, each in self._sources.items() if each is source]
            for optimizer in known:
                del self._sources[optimizer]
        if known:
            source.close()

    def close(self) -> None:
        """End every process that was started here."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
            sources = list(self._sources.values())
            self._sources.clear()
        if spare:
            dismiss(spare[1])
        for source in sources:
            source.close()

    def _source(self, optimizer: bool) -> Source:
        """One with an optimizer serves every need; without one, only jobs that need none."""
        with self._lock:
            if self._closed:
                raise EngineError("The engine was closed: make a new one.")
            found = self._sources.get(True) or self._sources.get(optimizer)
            if found is None:
                found = self._sources[optimizer] = self._start(optimizer)
            return found

    def _open(self, source: Source) -> tuple[Source, Conversation]:
        try:
            conversation = Conversation(source.start_child(), source.resident())
        except WorkerDied:
            self.forget(source)
            raise
        try:
            self._greeting = conversation.greet(self._device)
        except BaseException:
            dismiss(conversation)
            raise
        return source, conversation

    def _take_spare(self, source: Source) -> tuple[Source, Conversation] | None:
        with self._lock:
            if self._spare is None or self._spare[0] is not source:
                return None
            spare, self._spare = self._spare, None
            return spare


def dismiss(conversation: Conversation) -> None:
    """End a child, if it has not ended, whatever became of its source."""
    if not conversation.finished:
        with contextlib.suppress(WorkerDied):
            conversation.finish()


def _default_start_method() -> StartMethod:
    return "fork" if sys.platform == "linux" else "spawn"
