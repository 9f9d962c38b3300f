"""Replays, from the parent process to a worker process: what steps leave on a given state, each as one line of JSON.

A reference job may have these lines:
    {"replays": setup}                    a case: its setup, for the replays that follow
    {"replay": {"new_steps", "steps", "own", "flags", "from_setup", "walk", "leaves", "start", "before"}}
The worker keeps what the lines of a case said before: `new_steps` are added to its list of steps, in which `steps` and `flags`
are indices. `start` and `before` have only what differs from the `start` and the `before` that it knows. With `walk` the steps
before `own` go on where those of the last replay with `walk` ended ("on"), or begin with the setup ("anew").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.protocol.jobs import Json, setup_document, step_document, tensor_document
from grader.protocol.messages import MalformedMessage, ReplayedMessage, WorkerMessage
from grader.records.exercise import Limits, RequiresGrad, Setup, Step, TensorSpec
from grader.records.trace import LeafState, State


@dataclass(frozen=True, slots=True, eq=False)
class ReplayProgram:
    """The steps from `first` to `last`, performed on one case.

    Those before `own` are performed on the state `start`, the others on the state `before`. Only the states of `leaves` count.
    `flags`: which leaves require a gradient at `first`. With `from_setup` the case is built anew, and `first` is 0. `walks`:
    the own steps can be undone, so that the next such replay can go on from the steps before them.
    """

    case: int
    first: int
    own: int
    last: int
    leaves: tuple[str, ...]
    before: State
    start: State | None = None
    flags: RequiresGrad | None = None
    from_setup: bool = False
    walks: bool = False


@dataclass(frozen=True, slots=True)
class ReplayJob:
    """Replays that one worker process performs in turn. `cases` has the tensors of each case."""

    setup: Setup
    cases: Sequence[Mapping[str, TensorSpec]]
    steps: Sequence[Step]
    replays: Iterable[ReplayProgram]
    limits: Limits
    needs_optimizer: bool = False


class ReplayWriter:
    """Writes the replays of a job for one child, which knows what the lines before have said."""

    def __init__(self, job: ReplayJob) -> None:
        self._job = job
        self._texts: dict[tuple[int, bool], str] = {}
        self._case: int | None = None
        self._walked = 0
        self._places: dict[str, int] = {}
        self._new: list[str] = []
        self._start, self._before = _KnownState(), _KnownState()

    def line(self, replay: ReplayProgram) -> bytes:
        """The lines that the next replay needs."""
        head = "" if replay.case == self._case else self._begin(replay.case)
        first, walk = replay.first, None
        if replay.walks:
            walk = "on" if self._walked <= replay.own else "anew"
            first = self._walked if walk == "on" else 0
            self._walked = replay.own
        steps = [self._place(self._text(index, looks=index < replay.last)) for index in range(first, replay.last + 1)]
        flags = None if replay.flags is None else self._place(_flags_text(replay.flags))
        document = {
            "steps": steps,
            "own": replay.own - first,
            "flags": flags,
            "from_setup": replay.from_setup,
            "walk": walk,
            "leaves": replay.leaves,
            "start": None if replay.start is None else self._start.differences(replay.start, replay.leaves),
            "before": self._before.differences(replay.before, replay.leaves),
        }
        new_steps, self._new = ", ".join(self._new), []
        return f'{head}{{"replay": {{"new_steps": [{new_steps}], {json.dumps(document)[1:-1]}}}}}\n'.encode()

    def _begin(self, case: int) -> str:
        self._case, self._places, self._walked = case, {}, 0
        self._start, self._before = _KnownState(), _KnownState()
        return json.dumps({"replays": setup_document(self._job.setup, self._job.cases[case])}) + "\n"

    def _text(self, index: int, *, looks: bool) -> str:
        """A step as JSON. The values that its `expect` observes can end the run, but not after the last step."""
        if (index, looks) not in self._texts:
            step = self._job.steps[index]
            self._texts[index, looks] = json.dumps(step_document(step if looks else replace(step, expect=())))
        return self._texts[index, looks]

    def _place(self, text: str) -> int:
        """The place of a step in the list that the worker keeps for this case."""
        place = self._places.get(text)
        if place is None:
            place = self._places[text] = len(self._places)
            self._new.append(text)
        return place


class ReplayReader:
    """Reads the answer to one replay. `changes`: the leaves that changed, or None if the last step was not reached."""

    def __init__(self, replay: ReplayProgram) -> None:
        self._before, self._leaves = replay.before, frozenset(replay.leaves)
        self.changes: dict[str, LeafState] | None = None

    def read(self, message: WorkerMessage) -> bool:
        if not isinstance(message, ReplayedMessage):
            raise MalformedMessage(f"`{message.message}` in place of what a replay left")
        if message.after is not None:
            if not message.after.keys() <= self._leaves:
                raise MalformedMessage("a replay changed a leaf that its steps do not use")
            self.changes = {name: change.applied_to(self._before[name]) for name, change in message.after.items()}
        return True


class _KnownState:
    """The state of each leaf that the worker was sent last."""

    def __init__(self) -> None:
        self._leaves: dict[str, LeafState] = {}

    def differences(self, state: State, names: Iterable[str]) -> Json:
        """The parts of these leaves that the worker does not know, which it knows from now on."""
        found = {}
        for name in names:
            new, old = state[name], self._leaves.get(name)
            if new is old:
                continue
            self._leaves[name] = new
            change = {}
            if old is None or new.value is not old.value:
                change["value"] = tensor_document(new.value)
            if old is None or new.grad is not old.grad:
                change["grad"] = tensor_document(new.grad)
            if change:
                found[name] = change
        return found


def _flags_text(flags: RequiresGrad) -> str:
    return json.dumps(step_document(Step("requires_grad", flags, 0, "")))
