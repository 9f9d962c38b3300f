"""Turns what the tracer notices into the calls and facts of a trace, and sends each as soon as it is complete.

The writes of one library call (a `zero_grad()` over many parameters, a `clip_grad_norm_`) are merged while the frame
that the student called is running, and sent when anything else happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from grader.message_limits import MAX_FACTS, MAX_NAME
from grader.worker.call_sites import CallSite, is_running
from grader.worker.encode import Document
from grader.worker.snapshot import Leaves, WatchedLeaf, by_place

_FACTS_OF_CALLS = MAX_FACTS - 1  # one more is kept for `noticed-late`

Send = Callable[[Document], None]


@dataclass(slots=True)
class MergedWrites:
    """What one library call has written so far."""

    place: CallSite
    grads: dict[str, WatchedLeaf] = field(default_factory=dict)
    values: dict[str, WatchedLeaf] = field(default_factory=dict)
    after: Document = field(default_factory=dict)
    optimizer: str | None = None
    raised: Document | None = None

    def kind(self) -> str | None:
        """The effect of the call; None if there is none."""
        if any("value" in change for change in self.after.values()):
            return "update"
        if self.grads and all(leaf.grad_is_empty for leaf in self.grads.values()):
            return "zero"
        return "edit" if self.after else None


class Recorder:
    """`writes` is the call that is still merged; `unseen` has the gradients that arrived without a backward."""

    def __init__(self, leaves: Leaves, send: Send) -> None:
        self.leaves = leaves
        self.send = send
        self.writes: MergedWrites | None = None
        self.unseen: dict[str, int | None] = {}
        self.calls_sent = 0
        self._facts: set[tuple[Any, ...]] = set()

    def fact(self, name: str, line: int | None, what: str = "", leaf: str | None = None) -> None:
        """Send a fact, once."""
        key = (name, line, what, leaf)
        if key not in self._facts and len(self._facts) < _FACTS_OF_CALLS:
            self._facts.add(key)
            self.send(fact_document(name, line, what, leaf))

    def call(self, kind: str, touched: Iterable[str], after: Document, place: CallSite, **more: Any) -> None:
        """Send a call; `after` has what it changed."""
        self.calls_sent += 1
        self.leaves.remember(after)
        self.send({"message": "call"} | call_document(kind, touched, after, place) | more)

    def wrote(
        self, place: CallSite, grads: Iterable[WatchedLeaf], values: Iterable[WatchedLeaf], raised: Document | None = None
    ) -> None:
        """Merge a write to these gradients and values."""
        writes = self._writes_at(place)
        new_grads, new_values = {leaf.name: leaf for leaf in grads}, {leaf.name: leaf for leaf in values}
        writes.grads |= new_grads
        writes.values |= new_values
        writes.raised = raised or writes.raised
        for leaf in (new_grads | new_values).values():
            change = leaf.changes(grad=leaf.name in new_grads, value=leaf.name in new_values)
            if change:
                writes.after[leaf.name] = writes.after.get(leaf.name, {}) | change
        if place.library is None:
            self.flush()

    def zero_grad_reached(self, place: CallSite, leaf: WatchedLeaf, optimizer: str | None) -> None:
        """A `zero_grad()` is looking at this leaf, whose `.grad` may already be None."""
        writes = self._writes_at(place)
        writes.grads[leaf.name] = leaf
        writes.optimizer = optimizer

    def flush_unless_running(self, frame: FrameType | None) -> None:
        """Complete the merged call if the library frame it belongs to has returned."""
        if self.writes is not None and not (self.writes.place.library and is_running(self.writes.place.library, frame)):
            self.flush()

    def flush(self) -> None:
        """Complete the merged call, if there is one."""
        writes, self.writes = self.writes, None
        if writes is None or (kind := writes.kind()) is None:
            return
        touched = writes.grads | writes.values if kind == "update" else writes.grads
        self.call(kind, touched, writes.after, writes.place, optimizer=writes.optimizer, raised=writes.raised)

    def notice_silent(self, place: CallSite, moved: Iterable[WatchedLeaf]) -> None:
        """Record what changed without a call that the tracer saw: a write through NumPy, a direct run of the engine.

        `moved`: the leaves that were found to have moved before this call.
        """
        self.flush()
        arrived, self.unseen = self.unseen, {}
        self._backward_unseen(arrived, place)
        for leaf in moved:
            if leaf.name not in arrived:
                self._write_unseen(leaf, place)

    def finish(self) -> None:
        """Record what is still pending or unseen when the function has ended."""
        self.flush()
        self.notice_silent(CallSite(), self.leaves.moved(self.unseen_leaves()))
        if self.leaves.noticed_late:
            self.send(fact_document("noticed-late", None, "", None))

    def unseen_leaves(self) -> list[WatchedLeaf]:
        return [self.leaves.by_name[name] for name in self.unseen]

    def _backward_unseen(self, arrived: dict[str, int | None], place: CallSite) -> None:
        if arrived:
            line = next(iter(arrived.values())) or place.line
            after = self.visible_changes(arrived)
            self.call("backward", arrived, after, CallSite(line, place.called_from))

    def _write_unseen(self, leaf: WatchedLeaf, place: CallSite) -> None:
        line = place.line if leaf.escaped is None else leaf.escaped[0]
        change = leaf.changes(grad=True, value=True)
        if change:
            grads = {leaf.name: leaf} if "grad" in change else {}
            writes = MergedWrites(CallSite(line), grads, {leaf.name: leaf}, {leaf.name: change})
            self.call(writes.kind() or "edit", [leaf.name], writes.after, writes.place)
            self.fact("untraced", line, leaf=leaf.name)

    def changes(self, written: Iterable[str] = (), arrived: Iterable[str] = ()) -> Document:
        """What a call changed, by name: in the leaves that it has `written`, and in those that visibly moved.

        `arrived`: the leaves that are expected to have moved.
        """
        wanted = {self.leaves.by_name[name] for name in written}
        moved = self.leaves.moved_by(wanted.union(self.leaves.by_name[name] for name in arrived))
        found: Document = {}
        for leaf in sorted(wanted.union(moved), key=by_place):
            found[leaf.name] = leaf.changes(grad=True, value=True) if leaf in wanted else leaf.visible_changes()
        return {name: change for name, change in found.items() if change}

    def changes_only_in(self, written: Iterable[str]) -> Document:
        """What changed, by name, in these leaves alone."""
        found = {name: self.leaves.by_name[name].changes(grad=True, value=True) for name in written}
        return {name: change for name, change in found.items() if change}

    def visible_changes(self, arrived: Iterable[str]) -> Document:
        """What visibly changed, by name, in these leaves alone."""
        moved = sorted((leaf for name in arrived if (leaf := self.leaves.by_name[name]).moved), key=by_place)
        return {leaf.name: change for leaf in moved if (change := leaf.visible_changes())}

    def _writes_at(self, place: CallSite) -> MergedWrites:
        if self.writes is None or place.library is None or self.writes.place.library is not place.library:
            self.flush()
            self.writes = MergedWrites(place)
        return self.writes


def end_document(how: str, *, returned: Any = None, error: Document | None = None) -> Document:
    """The message that ends a case or a program."""
    return {"message": "end", "how": how, "returned": returned, "error": error}


def fact_document(name: str, line: int | None, what: str, leaf: str | None) -> Document:
    return {"message": "fact", "name": name, "line": line, "what": what[:MAX_NAME], "leaf": leaf and leaf[:MAX_NAME]}


def call_document(kind: str, touched: Iterable[str], after: Document, place: CallSite) -> Document:
    """The fields that every call has. The parent process knows the other fields and their defaults."""
    document = {
        "kind": kind,
        "touched": list(touched),
        "changed": bool(after),
        "after": after,
        "line": place.line,
        "called_from": place.called_from,
    }
    return document if place.within is None else document | {"within": place.within}
