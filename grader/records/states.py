"""The states of the watched leaves during a run: those of many leaves share their history instead of copying it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from grader.records.trace import IDENTITIES, LeafState, State, identity_of, identity_of_leaf

COPIED_LEAVES = 16  # up to here a copy of a dict is as cheap as an entry in a history, and is read faster


class _History:
    """For each leaf the moments at which it changed, and its state from each of them on; for each moment the changed leaves.

    `identity` is that of the newest state (see `identity_of`).
    """

    __slots__ = ("changed", "identity", "leaves")

    def __init__(self, start: Mapping[str, LeafState]) -> None:
        self.leaves = {name: ([0], [leaf]) for name, leaf in start.items()}
        self.changed: list[Iterable[str]] = [()]
        self.identity = identity_of(start)

    def add(self, changes: Mapping[str, LeafState]) -> int:
        """The new moment, at which these leaves change."""
        moment = len(self.changed)
        self.changed.append(tuple(changes))
        for name, leaf in changes.items():
            moments, states = self.leaves[name]
            self.identity += identity_of_leaf(name, leaf) - identity_of_leaf(name, states[-1])
            moments.append(moment)
            states.append(leaf)
        self.identity %= IDENTITIES
        return moment


class StateAtMoment(Mapping[str, LeafState]):
    """All leaves at one moment of a history. Later moments may be added to the history; this one stays as it is.

    `identity`: see `identity_of`.
    """

    __slots__ = ("_history", "_moment", "identity")

    def __init__(self, history: _History, moment: int, identity: int) -> None:
        self._history, self._moment, self.identity = history, moment, identity

    def __getitem__(self, name: str) -> LeafState:
        moments, states = self._history.leaves[name]
        if moments[-1] <= self._moment:
            return states[-1]
        return states[bisect_right(moments, self._moment) - 1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._history.leaves)

    def __len__(self) -> int:
        return len(self._history.leaves)

    def __contains__(self, name: object) -> bool:
        return name in self._history.leaves

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StateAtMoment) and other._history is self._history and other._moment == self._moment:
            return True
        return super().__eq__(other)

    def __repr__(self) -> str:
        return repr(dict(self))

    def changed_since(self, earlier: State) -> Iterable[str] | None:
        """The leaves that changed after an earlier moment of the same history; None for a state of another one."""
        if not isinstance(earlier, StateAtMoment) or earlier._history is not self._history or earlier._moment > self._moment:
            return None
        between = self._history.changed[earlier._moment + 1 : self._moment + 1]
        return between[0] if len(between) == 1 else dict.fromkeys(name for names in between for name in names)


class StateSequence:
    """The states of one run, one after another: `now` is the newest. n changes cost O(n), whatever the number of leaves."""

    def __init__(self, start: State) -> None:
        self.now: State = dict(start)
        self._history: _History | None = None
        if len(start) > COPIED_LEAVES:
            self._history = _History(self.now)
            self.now = StateAtMoment(self._history, 0, self._history.identity)

    def change(self, changes: Mapping[str, LeafState]) -> None:
        """Go on to the next state, in which these leaves of the start are different."""
        if not changes:
            return
        if self._history is None:
            self.now = {**self.now, **changes}
        else:
            moment = self._history.add(changes)
            self.now = StateAtMoment(self._history, moment, self._history.identity)


def replaced_leaves(before: State, after: State) -> Iterable[str]:
    """The leaves with another state object after than before: only these can have changed."""
    if before is after:
        return ()
    known = after.changed_since(before) if isinstance(after, StateAtMoment) else None
    return known if known is not None else [name for name, leaf in after.items() if before[name] is not leaf]


class ChangedState(Mapping[str, LeafState]):
    """A state with some other leaves, which copies neither."""

    __slots__ = ("_before", "_changes")

    def __init__(self, before: State, changes: Mapping[str, LeafState]) -> None:
        self._before, self._changes = before, changes

    def __getitem__(self, name: str) -> LeafState:
        changed = self._changes.get(name)
        return self._before[name] if changed is None else changed

    def __iter__(self) -> Iterator[str]:
        return iter(self._before)

    def __len__(self) -> int:
        return len(self._before)

    def __contains__(self, name: object) -> bool:
        return name in self._before

    def __repr__(self) -> str:
        return repr(dict(self))


def with_changes(before: State, changes: Mapping[str, LeafState]) -> State:
    """The state in which these leaves of `before` are different."""
    if not changes:
        return before
    return {**before, **changes} if len(before) <= COPIED_LEAVES else ChangedState(before, changes)
