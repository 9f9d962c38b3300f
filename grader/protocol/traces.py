"""Puts the messages of one run together: a `Trace` for a student's case, a `ReferenceRun` for a program of steps.

A worker sends only what changed; here every call gets the whole state before and after it. A message at the wrong time or
about an unknown leaf raises MalformedMessage, too many messages raise TooManyMessages.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter

from grader.protocol.messages import (
    CallFields,
    CallMessage,
    EndMessage,
    FactMessage,
    MalformedMessage,
    PerformedMessage,
    StartMessage,
    TooManyMessages,
    WorkerMessage,
)
from grader.records.trace import Call, CallFacts, Ending, Fact, LeafState, PerformedStep, Raised, ReferenceRun, State, Trace

MAX_MESSAGES = 10_000

_call_facts = attrgetter(*(each.name for each in fields(CallFacts)))
_fact = attrgetter(*(each.name for each in fields(Fact)))


class _MessageReader:
    """The state after the messages so far."""

    def __init__(self) -> None:
        self.before: State = {}
        self.state: dict[str, LeafState] = {}
        self.end: EndMessage | None = None
        self._started = False
        self._messages = 0

    def read(self, message: WorkerMessage) -> bool:
        """Read one message; True if the run has ended with it."""
        self._messages += 1
        if self._messages > MAX_MESSAGES:
            raise TooManyMessages(f"more than {MAX_MESSAGES} calls that the grader records")
        match message:
            case StartMessage() if not self._started:
                self._start(message)
            case EndMessage() if self._started or message.how != "returned":
                self.end = message
            case _:
                self._read_other(message)
        return self.end is not None

    def _start(self, message: StartMessage) -> None:
        self._started = True
        self.before = {name: leaf.record() for name, leaf in message.state.items()}
        self.state = dict(self.before)

    def _read_other(self, message: WorkerMessage) -> None:
        raise MalformedMessage(f"`{message.message}` at the wrong time")

    def _call(self, message: CallFields) -> Call:
        if not self._started:
            raise MalformedMessage("a call before the start")
        unknown = [name for name in (*message.touched, *message.after) if name not in self.state]
        if unknown:
            raise MalformedMessage(f"there is no leaf {min(unknown)[:100]!r}")
        before = self.state
        self.state = before | {name: change.applied_to(before[name]) for name, change in message.after.items()}
        return Call(*_call_facts(message), before=before, after=self.state)


class CaseReader(_MessageReader):
    """Reads the messages of one case of a student's function."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.facts: list[Fact] = []

    def _read_other(self, message: WorkerMessage) -> None:
        match message:
            case CallMessage():
                self.calls.append(self._call(message))
            case FactMessage():
                self.facts.append(Fact(*_fact(message)))
            case _:
                super()._read_other(message)

    def trace(self, ending: Ending | None, output: str = "", output_is_cut: bool = False, seconds: float = 0.0) -> Trace:
        """The run so far. `ending`: how it ended, if the worker did not report it itself."""
        return Trace(self.before, tuple(self.calls), ending or self._ending(), tuple(self.facts), output, output_is_cut, seconds)

    def _ending(self) -> Ending:
        if self.end is None:
            raise MalformedMessage("the end is missing")
        return Ending(self.end.how, self.end.returned, self.end.error)


class ProgramReader(_MessageReader):
    """Reads the messages of one program of a reference run."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[PerformedStep] = []

    def _read_other(self, message: WorkerMessage) -> None:
        if not isinstance(message, PerformedMessage):
            return super()._read_other(message)
        call = self._call(message.call) if message.call else None
        self.steps.append(PerformedStep(call, tuple(message.values), message.raised))

    def run(self, error: Raised | None = None) -> ReferenceRun:
        """The run so far. `error`: how it ended, if the worker did not report it itself."""
        returned = self.end.returned if self.end else None
        return ReferenceRun(self.before, tuple(self.steps), returned, error or (self.end.error if self.end else None))
