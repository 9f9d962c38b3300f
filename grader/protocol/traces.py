"""Puts the messages of one run together: a `Trace` for a student's case, a `ReferenceRun` for a program of steps.

A worker sends only what changed; here every call gets the whole state before and after it. A message at the wrong time or
about an unknown leaf raises MalformedMessage. All messages of a run together are held to `message_limits`: whatever a child
sends, a run takes a bounded amount of memory here. A run that exceeds them raises TooManyMessages.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from operator import attrgetter

from grader.message_limits import (
    BUILTIN_ERRORS,
    MAX_CALLS,
    MAX_FACTS,
    MAX_RUN_NUMBERS,
    MAX_RUN_TEXT,
    TENSOR_NUMBERS,
    TORCH_ERRORS,
)
from grader.protocol.messages import (
    CallFields,
    CallMessage,
    ChangeFields,
    EndMessage,
    FactMessage,
    FrozenMessage,
    MalformedMessage,
    PerformedMessage,
    StartMessage,
    TensorFields,
    TooManyMessages,
    UncleanMessage,
    UnusableNameMessage,
    UsedMessage,
    WorkerMessage,
)
from grader.records.states import StateSequence
from grader.records.trace import (
    Call,
    CallFacts,
    Ending,
    Fact,
    LeafState,
    PerformedStep,
    Raised,
    ReferenceRun,
    State,
    TensorValue,
    Trace,
    Used,
    Value,
)

_call_facts = attrgetter(*(each.name for each in fields(CallFacts)))
_KNOWN_ERRORS = BUILTIN_ERRORS.union(TORCH_ERRORS)
_fact = attrgetter(*(each.name for each in fields(Fact)))


class _MessageReader:
    """The state after the messages so far. `leaves`: the names of the leaves that this case has, if they are known.

    `torch_names`: the only names that can be reported as used. `ignored`: the leaves that have no gradient in the record.
    """

    def __init__(
        self, leaves: Collection[str] | None = None, torch_names: Collection[str] = (), ignored: Collection[str] = ()
    ) -> None:
        self._ignored = frozenset(ignored)
        self.before: State = {}
        self.used: dict[str, Used] = {}
        self.frozen: tuple[str, ...] = ()
        self._torch_names = frozenset(torch_names)
        self.end: EndMessage | None = None
        self._leaves = None if leaves is None else frozenset(leaves)
        self._states: StateSequence | None = None
        self._names: dict[str, str] = {}
        self._calls = self._numbers = self._text = 0

    def read(self, message: WorkerMessage) -> bool:
        """Read one message; True if the run has ended with it."""
        match message:
            case StartMessage() if self._states is None:
                self._start(message)
            case EndMessage() if self._states is not None or message.how != "returned":
                self._count_value(message.returned)
                self._count_error(message.error)
                self.end = message
            case _:
                self._read_other(message)
        return self.end is not None

    def _start(self, message: StartMessage) -> None:
        if self._leaves is not None and self._leaves != message.state.keys():
            raise MalformedMessage("the start does not have the leaves of this case")
        for leaf in message.state.values():
            self._count_tensors(leaf.value, leaf.grad)
        self.before = {name: self._judged(name, leaf.record()) for name, leaf in message.state.items()}
        self._names = {name: name for name in self.before}
        self._states = StateSequence(self.before)

    def _read_other(self, message: WorkerMessage) -> None:
        raise MalformedMessage(f"`{message.message}` at the wrong time")

    def _call(self, message: CallFields) -> Call:
        if self._ignored:
            message = self._without_ignored(message)
        if self._states is None:
            raise MalformedMessage("a call before the start")
        unknown = [name for name in (*message.touched, *message.after) if name not in self._names]
        if unknown:
            raise MalformedMessage(f"there is no leaf {min(unknown)[:100]!r}")
        if len(message.touched) > len(self._names):
            raise MalformedMessage("a call touches a leaf twice")
        self._count_calls()
        self._count_error(message.raised)
        for change in message.after.values():
            self._count_tensors(*(getattr(change, part) for part in change.model_fields_set))
        before = self._states.now
        self._states.change({self._names[name]: change.applied_to(before[name]) for name, change in message.after.items()})
        kind, touched, *facts = _call_facts(message)
        names, after = tuple([self._names[name] for name in touched]), self._states.now
        return Call(kind, names, *facts, before=before, after=after, frozen=self.frozen)

    def _freeze(self, message: FrozenMessage) -> None:
        if len(message.leaves) > len(self._names) or any(name not in self._names for name in message.leaves):
            raise MalformedMessage("frozen leaves that do not exist")
        self._count_numbers(len(message.leaves))
        self.frozen = tuple([self._names[name] for name in message.leaves])

    def _judged(self, name: str, leaf: LeafState) -> LeafState:
        return replace(leaf, grad=None) if name in self._ignored and leaf.grad is not None else leaf

    def _without_ignored(self, message: CallFields) -> CallFields:
        """The call without what it did to gradients that are not judged."""
        after = {name: change for name, change in message.after.items() if name not in self._ignored}
        for name in self._ignored & message.after.keys():
            if "value" in message.after[name].model_fields_set:
                after[name] = ChangeFields(value=message.after[name].value)
        touched = message.touched
        if message.kind != "update":
            touched = tuple(name for name in touched if name not in self._ignored)
        return replace(message, touched=touched, after=after, changed=message.changed and bool(after))

    def _use(self, message: UsedMessage) -> None:
        if message.name not in self._torch_names or message.name in self.used:
            raise MalformedMessage(f"a use of {message.name[:100]!r} that is not new")
        self.used[message.name] = Used(message.name, message.called, message.line)

    def _count_calls(self) -> None:
        self._calls += 1
        if self._calls > MAX_CALLS:
            raise TooManyMessages(f"more than {MAX_CALLS} calls that the grader records")

    def _count_tensors(self, *tensors: TensorFields | TensorValue | None) -> None:
        self._count_numbers(sum(len(tensor.data) + TENSOR_NUMBERS for tensor in tensors if tensor is not None))

    def _count_numbers(self, numbers: int) -> None:
        self._numbers += numbers
        if self._numbers > MAX_RUN_NUMBERS:
            raise TooManyMessages(f"its calls changed more than {MAX_RUN_NUMBERS} numbers")

    def _count_value(self, value: Value) -> None:
        match value:
            case TensorValue():
                self._count_tensors(value)
            case str():
                self._count_text(value)
            case tuple():
                self._count_numbers(len(value))
                for item in value:
                    self._count_value(item)
            case Mapping():
                self._count_numbers(len(value))
                for name, item in value.items():
                    self._count_text(name)
                    self._count_value(item)

    def _count_error(self, error: Raised | None) -> None:
        if error is not None:
            self._count_text(error.type, error.message)

    def _count_text(self, *texts: str | None) -> None:
        self._text += sum(len(text) for text in texts if text)
        if self._text > MAX_RUN_TEXT:
            raise TooManyMessages(f"its errors and values have more than {MAX_RUN_TEXT} characters")


class CaseReader(_MessageReader):
    """Reads the messages of one case of a student's function.

    In a hidden case an error keeps its class only if this is a class of Python or torch: a student's class could be named
    after a hidden number, and a message is forged easily.

    `is_refused`: the child did not run the case, because an exercise before it has changed the child; only a child that
    `ran_another` may refuse. `leaves_traces`: the child must not run another exercise after this one.
    """

    def __init__(
        self,
        leaves: Collection[str] | None = None,
        torch_names: Collection[str] = (),
        ignored: Collection[str] = (),
        *,
        hidden: bool = False,
        ran_another: bool = False,
    ) -> None:
        super().__init__(leaves, torch_names, ignored)
        self._hidden, self._ran_another = hidden, ran_another
        self.is_refused = self.leaves_traces = False
        self.calls: list[Call] = []
        self.facts: list[Fact] = []

    def read(self, message: WorkerMessage) -> bool:
        if isinstance(message, UncleanMessage) and self._states is None and self._ran_another:
            self.is_refused = True
            return True
        return super().read(message)

    def _read_other(self, message: WorkerMessage) -> None:
        match message:
            case UncleanMessage() if self._states is not None:
                self.leaves_traces = True
            case CallMessage():
                call = self._call(message)
                if self._ignored and message.touched and not call.touched and call.raised is None:
                    return  # it was about gradients that are not judged
                self.calls.append(replace(call, raised=self._told(call.raised)) if call.raised else call)
            case FactMessage():
                if len(self.facts) == 2 * MAX_FACTS:
                    raise MalformedMessage(f"more than {2 * MAX_FACTS} facts")
                self.facts.append(Fact(*_fact(message)))
            case UsedMessage() if self._states is not None:
                self._use(message)
            case FrozenMessage() if self._states is not None:
                self._freeze(message)
            case _:
                super()._read_other(message)

    def trace(self, ending: Ending | None, output: str = "", output_is_cut: bool = False, seconds: float = 0.0) -> Trace:
        """The run so far. `ending`: how it ended, if the worker did not report it itself."""
        facts, used = tuple(self.facts), tuple(self.used.values())
        calls, ending = tuple(self.calls), ending or self._ending()
        return Trace(self.before, calls, ending, facts, output, output_is_cut, seconds, used, self.frozen)

    def _ending(self) -> Ending:
        if self.end is None:
            raise MalformedMessage("the end is missing")
        return Ending(self.end.how, self.end.returned, self._told(self.end.error))

    def _told(self, error: Raised | None) -> Raised | None:
        if error is None or not self._hidden or error.type in _KNOWN_ERRORS:
            return error
        return replace(error, type="Exception")


class ProgramReader(_MessageReader):
    """Reads the messages of one program of a reference run."""

    def __init__(self, torch_names: Collection[str] = (), ignored: Collection[str] = ()) -> None:
        super().__init__(None, torch_names, ignored)
        self.steps: list[PerformedStep] = []
        self._unusable: dict[str, str] = {}

    def _read_other(self, message: WorkerMessage) -> None:
        match message:
            case PerformedMessage():
                self._performed(message)
            case UsedMessage():
                self._use(message)
            case FrozenMessage():
                self._freeze(message)
            case UnusableNameMessage() if message.name in self._torch_names:
                self._unusable[message.name] = message.fix
            case _:
                super()._read_other(message)

    def _performed(self, message: PerformedMessage) -> None:
        call = self._call(message.call) if message.call else None
        if call is None:
            self._count_calls()
        self._count_error(message.raised)
        for value in message.values:
            self._count_value(value)
        self.steps.append(PerformedStep(call, tuple(message.values), message.raised))

    def run(self, error: Raised | None = None) -> ReferenceRun:
        """The run so far. `error`: how it ended, if the worker did not report it itself."""
        returned = self.end.returned if self.end else None
        error = error or (self.end.error if self.end else None)
        used = tuple(self.used.values())
        return ReferenceRun(self.before, tuple(self.steps), returned, error, used, self._unusable, self.frozen)
