"""Starts and replaces the source of children, a zygote or a spawner, and has it load an optimizer when a job needs one."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Literal, Protocol, TypeAlias

from grader.engines.conversation import Conversation
from grader.engines.process import Memory, Process, WorkerDied
from grader.engines.spawner import Spawner
from grader.engines.zygote import ZygoteClient
from grader.errors import EngineError
from grader.protocol.messages import ReadyMessage

StartMethod: TypeAlias = Literal["fork", "spawn"]


class ChildSource(Protocol):
    def start_child(self) -> Process: ...
    def load_optimizer(self) -> None: ...
    def load_repair(self) -> None: ...
    def memory(self) -> Memory: ...
    def close(self) -> None: ...


_START: dict[StartMethod, Callable[[bool], ChildSource]] = {"fork": ZygoteClient, "spawn": Spawner}


class Sources:
    """Starts a source at once and does not wait for it. Several threads may use it."""

    def __init__(self, device: str, start_method: StartMethod | None, optimizer: bool, sandboxed: bool = False) -> None:
        self._device = device
        self._start = partial(ZygoteClient, sandboxed=True) if sandboxed else _START[start_method or _default_start_method()]
        self._lock = threading.Lock()
        self._has_optimizer = optimizer
        self._current: ChildSource | None = self._start(optimizer)
        self._can_repair: ChildSource | None = None
        self._spare: tuple[ChildSource, Conversation, bool] | None = None
        self._greeting: ReadyMessage | None = None
        self._greeting_lock = threading.Lock()
        self._closed = False

    def open(self, optimizer: bool, repair: bool = False) -> tuple[ChildSource, Conversation]:
        """A child that has said hello, and its source. With `repair` it can make candidates for fixes.

        Raises WorkerDied, EngineError or UsageError.
        """
        source = self._source(optimizer)
        if repair:
            self._load_repair(source)
            return self._open(source)
        return self._take_spare(source, optimizer) or self._open(source)

    def greeting(self) -> ReadyMessage:
        """What a child reports about torch and the device; the first child is kept for the next `open`."""
        with self._greeting_lock:
            if self._greeting is None:
                has_optimizer = self._has_optimizer
                self._spare = (*self._open(self._source(optimizer=False)), has_optimizer)
            assert self._greeting is not None
            return self._greeting

    def forget(self, source: ChildSource) -> None:
        """Replace this source, which is gone, at the next `open`."""
        with self._lock:
            known = source is self._current
            if known:
                self._current = None
        if known:
            source.close()

    def close(self) -> None:
        """End every process that was started here."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
            source, self._current = self._current, None
        if spare:
            dismiss(spare[1])
        if source:
            source.close()

    def _source(self, optimizer: bool) -> ChildSource:
        """A source that has loaded an optimizer serves all jobs. Raises EngineError after `close`."""
        with self._lock:
            if self._closed:
                raise EngineError("The engine is closed. Make a new one.")
            is_new_need = optimizer and not self._has_optimizer
            self._has_optimizer = self._has_optimizer or optimizer
            if self._current is None:
                self._current = self._start(self._has_optimizer)
            elif is_new_need:
                self._current.load_optimizer()
            return self._current

    def _load_repair(self, source: ChildSource) -> None:
        """Have this source load the rules that make candidates. Before the first file that does not pass, nobody needs them."""
        with self._lock:
            if self._can_repair is not source:
                source.load_repair()
                self._can_repair = source

    def _open(self, source: ChildSource) -> tuple[ChildSource, Conversation]:
        try:
            conversation = Conversation(source.start_child(), source.memory())
            self._greeting = self._greeted(conversation)
        except WorkerDied:
            self.forget(source)
            raise
        return source, conversation

    def _greeted(self, conversation: Conversation) -> ReadyMessage:
        try:
            return conversation.greet(self._device)
        except EngineError:
            conversation.finish()  # raises WorkerDied if the source is gone too: then another one is worth a try
            raise
        except BaseException:
            dismiss(conversation)
            raise

    def _take_spare(self, source: ChildSource, optimizer: bool) -> tuple[ChildSource, Conversation] | None:
        """The spare child, if it comes from this source and has loaded what the job needs; otherwise end it."""
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is None:
            return None
        made_by, child, has_optimizer = spare
        if made_by is source and has_optimizer >= optimizer:
            return source, child
        dismiss(child)
        return None


def dismiss(conversation: Conversation) -> None:
    """End a child if it is still running, even if its source is gone."""
    if not conversation.finished:
        with contextlib.suppress(WorkerDied):
            conversation.finish()


def _default_start_method() -> StartMethod:
    return "fork" if sys.platform == "linux" else "spawn"
