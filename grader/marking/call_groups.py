"""Groups calls, so that equivalent programs get the same groups.

Two programs are equivalent if they differ only in the order of independent calls, or in doing with one call what the other
does with several. The steps keep their author's order. An observed call is moved only past calls on other leaves, and only
towards its step: for each leaf, the calls on it are compared with the steps on it, and a call takes the place of its step.
Then neighbours are merged: zeros, edits or in-place updates of different leaves (a loop over parameters), the parts of a
backward or a step() during which the student's code made calls, and the steps of several optimizers for one step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from grader.marking.homes import homes_of
from grader.marking.values import unchanged
from grader.records.states import StateSequence, replaced_leaves
from grader.records.trace import Call, CallKind, LeafState, Raised, State

_NOTHING_BEFORE = -1


@dataclass(frozen=True, slots=True)
class CallGroup:
    """Calls (or steps) that count as one: their indices in `members`, and the whole state before and after them."""

    kind: CallKind
    members: tuple[int, ...]
    calls: tuple[Call, ...]
    touched: frozenset[str]
    before: State
    after: State

    @property
    def is_step(self) -> bool:
        return self.calls[0].is_step

    @property
    def raised(self) -> Raised | None:
        return self.calls[0].raised

    @property
    def changed(self) -> bool:
        """Did the gradient or value of any leaf change?"""
        return not all(unchanged(self.before[name], self.after[name]) for name in self.touched)


@dataclass(slots=True)
class _Piece:
    """Observed calls, or one call for some of its leaves, while they are grouped; `after` has those leaves only.

    `home` is the index of the group of steps that corresponds to the piece, `place` the position where it should go. `outer`
    is the number of the running call that it is a part of, and `first` the first piece of that one.
    """

    kind: CallKind
    members: list[int]
    calls: list[Call]
    after: dict[str, LeafState]
    home: int | None
    place: int = -1
    outer: int | None = None
    first: int = 0

    @property
    def merges(self) -> bool:
        """May it be merged with a neighbour, or be split by leaf?"""
        call = self.calls[0]
        return self.kind != "backward" and not call.is_step and call.raised is None


def written(call: Call) -> frozenset[str]:
    """The leaves that the call wrote, and those that changed although no write was recorded."""
    touched = frozenset(call.touched)
    others = [
        name
        for name in replaced_leaves(call.before, call.after)
        if name not in touched and not unchanged(call.before[name], call.after[name])
    ]
    return touched.union(others) if others else touched


def expected_groups(calls: Sequence[tuple[int, Call]]) -> tuple[CallGroup, ...]:
    """The groups of the steps that are calls (each with its index), in their order; adjacent zeros of one leaf are one group."""
    found: list[tuple[list[tuple[int, Call]], set[str]]] = []
    for index, call in calls:
        leaves = written(call)
        if found and _both_zero(found[-1][0][-1][1], call) and not found[-1][1].isdisjoint(leaves):
            found[-1][0].append((index, call))
            found[-1][1].update(leaves)
        else:
            found.append(([(index, call)], set(leaves)))
    return tuple(
        CallGroup(
            group[0][1].kind,
            tuple(index for index, _ in group),
            tuple(call for _, call in group),
            frozenset(leaves),
            group[0][1].before,
            group[-1][1].after,
        )
        for group, leaves in found
    )


def observed_groups(before: State, calls: Sequence[Call], steps: Sequence[CallGroup]) -> tuple[CallGroup, ...]:
    """The groups of the student's calls, moved into the order of the steps as far as they are independent, and merged."""
    leaves_of_calls = [written(call) for call in calls]
    if _correspond_one_to_one(calls, leaves_of_calls, steps):
        return tuple(_group_of_one(index, call, leaves_of_calls[index]) for index, call in enumerate(calls))
    return _reordered(before, calls, leaves_of_calls, steps)


def reordered_groups(before: State, calls: Sequence[Call], steps: Sequence[CallGroup]) -> tuple[CallGroup, ...]:
    """`observed_groups` without its shortcut for calls that need no change."""
    return _reordered(before, calls, [written(call) for call in calls], steps)


def _reordered(
    before: State, calls: Sequence[Call], leaves_of_calls: Sequence[frozenset[str]], steps: Sequence[CallGroup]
) -> tuple[CallGroup, ...]:
    homes = homes_of(
        before.keys(),
        [(call.kind, leaves, _is_fixed(call, leaves)) for call, leaves in zip(calls, leaves_of_calls, strict=True)],
        [(group.kind, group.touched, _is_fixed(group.calls[0], group.touched)) for group in steps],
    )
    pieces = [
        piece for index, call in enumerate(calls) for piece in _pieces_of_call(index, call, leaves_of_calls[index], homes[index])
    ]
    _find_outer_calls(pieces)
    _place(pieces)
    return _groups_of(before, _merged(_sorted_pieces(pieces)))


def _group_of_one(index: int, call: Call, leaves: frozenset[str]) -> CallGroup:
    return CallGroup(call.kind, (index,), (call,), leaves, call.before, call.after)


def _correspond_one_to_one(calls: Sequence[Call], leaves_of_calls: Sequence[frozenset[str]], steps: Sequence[CallGroup]) -> bool:
    """Is there one call for each group of steps, of its kind and on its leaves? Then nothing has to be moved or merged."""
    return len(calls) == len(steps) and all(
        call.kind == group.kind and leaves == group.touched and leaves and call.raised is None
        for call, leaves, group in zip(calls, leaves_of_calls, steps, strict=True)
    )


def _both_zero(one: Call, other: Call) -> bool:
    return one.kind == other.kind == "zero" and one.raised is None and other.raised is None


def _is_fixed(call: Call, leaves: Collection[str]) -> bool:
    """A call that raised, or that wrote no known leaf, is never moved: it counts as a call on every leaf."""
    return call.raised is not None or not leaves


def _pieces_of_call(
    index: int, call: Call, leaves: frozenset[str], homes: Sequence[tuple[int, tuple[str, ...]]]
) -> Iterable[_Piece]:
    """A call as one piece, or a piece for each group of steps that its leaves belong to; other leaves stay with the first."""
    own: dict[int, list[str]] = {}
    for home, names in homes:
        own.setdefault(home, []).extend(names)
    most_common = min(own, key=lambda home: (-len(own[home]), home), default=None)
    whole = _Piece(call.kind, [index], [call], {leaf: call.after[leaf] for leaf in leaves}, most_common)
    if not whole.merges or len(own) < 2:
        return [whole]
    first, *others = sorted(own)
    elsewhere = {leaf for home in others for leaf in own[home]}
    own[first] = [leaf for leaf in leaves if leaf not in elsewhere]
    return [
        _Piece(call.kind, [index], [call], {leaf: whole.after[leaf] for leaf in own[home]}, home) for home in (first, *others)
    ]


def _place(pieces: Sequence[_Piece]) -> None:
    """Give each piece its place. A piece without a home stays with the part before it, or else after the piece before it."""
    previous, first_parts = -1, dict[int, int]()
    for number, piece in enumerate(pieces):
        piece.first = number if piece.outer is None else first_parts.setdefault(piece.outer, number)
        if piece.home is not None:
            piece.place = piece.home
        else:
            piece.place = previous if piece.first == number else pieces[piece.first].place
        previous = piece.place


def _find_outer_calls(pieces: Sequence[_Piece]) -> None:
    """Note what each piece is a part of. A backward inside of another one may do a part of its work, as a checkpoint does."""
    backwards = {call.part_of for piece in pieces for call in piece.calls if call.kind == "backward"} - {None}
    for piece in pieces:
        call = piece.calls[0]
        is_inside = call.kind == "backward" and call.within in backwards
        piece.outer = call.within if is_inside else call.part_of


def _sorted_pieces(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces sorted by place, as far as the order on each leaf allows."""
    followers, waiting = _dependencies(pieces)
    ready = [(piece.place, piece.first, number) for number, piece in enumerate(pieces) if waiting[number] == 0]
    heapify(ready)
    ordered = []
    while ready:
        *_, number = heappop(ready)
        ordered.append(pieces[number])
        for follower in followers[number]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heappush(ready, (pieces[follower].place, pieces[follower].first, follower))
    return ordered


def _dependencies(pieces: Sequence[_Piece]) -> tuple[list[list[int]], list[int]]:
    """The pieces that must come after each piece, because of a common leaf, and how many each piece waits for."""
    followers: list[list[int]] = [[] for _ in pieces]
    waiting = [0] * len(pieces)
    last: dict[str, int] = {}
    fixed = _NOTHING_BEFORE  # the last piece that counts for every leaf; `last` has only pieces after it
    for number, piece in enumerate(pieces):
        if _is_fixed(piece.calls[0], piece.after):
            earlier = set(last.values()) or {fixed}
            last, fixed = {}, number
        else:
            earlier = {last.get(leaf, fixed) for leaf in piece.after}
            last.update(dict.fromkeys(piece.after, number))
        earlier.discard(_NOTHING_BEFORE)
        for each in sorted(earlier):
            followers[each].append(number)
        waiting[number] = len(earlier)
    return followers, waiting


def _merged(pieces: Iterable[_Piece]) -> list[_Piece]:
    merged: list[_Piece] = []
    for piece in pieces:
        if merged and _can_merge(merged[-1], piece):
            last = merged[-1]
            last.members += piece.members
            last.calls += piece.calls
            last.after.update(piece.after)
            last.home = piece.home if last.home is None else last.home
        else:
            merged.append(piece)
    return merged


def _can_merge(one: _Piece, other: _Piece) -> bool:
    if one.kind != other.kind or one.calls[0].raised is not None or other.calls[0].raised is not None:
        return False
    if one.home is not None and other.home is not None and one.home != other.home:
        return False
    are_disjoint = one.after.keys().isdisjoint(other.after)
    if one.outer is not None and one.outer == other.outer:
        return are_disjoint or one.calls[-1].part_of == other.calls[0].part_of
    if one.calls[0].is_step and other.calls[0].is_step:  # each of several optimizers has some of the leaves
        return are_disjoint and one.home is not None and one.home == other.home
    return one.merges and other.merges and (one.kind == "zero" or are_disjoint)


def _groups_of(before: State, pieces: Iterable[_Piece]) -> tuple[CallGroup, ...]:
    groups, states = [], StateSequence(before)
    for piece in pieces:
        earlier = states.now
        states.change(piece.after)
        calls, leaves = tuple(piece.calls), frozenset(piece.after)
        groups.append(CallGroup(piece.kind, tuple(piece.members), calls, leaves, earlier, states.now))
    return tuple(groups)
