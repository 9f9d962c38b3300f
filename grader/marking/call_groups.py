"""Groups calls, so that equivalent programs get the same groups.

Two programs are equivalent if they differ only in the order of independent calls, or in doing with one call what the other
does with several. The steps keep their author's order. An observed call is moved only past calls on other leaves, and only
towards its step: for each leaf, the calls on it are compared with the steps on it, and a call takes the place of its step.
Then neighbours are merged: zeros, and edits or in-place updates of different leaves (a loop over parameters).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from grader.marking.values import unchanged
from grader.records.trace import Call, CallKind, Raised, State

# If steps times calls on one leaf are more than this, the calls stay in their own order.
_LARGEST_TABLE = 200_000


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


@dataclass(frozen=True, slots=True)
class _Piece:
    """Observed calls, or one call for some of its leaves, while they are grouped; `after` has those leaves only.

    `home` is the index of the group of steps that corresponds to the piece, `place` the position where it should go.
    """

    kind: CallKind
    members: tuple[int, ...]
    calls: tuple[Call, ...]
    after: State
    home: int | None
    place: int

    @property
    def leaves(self) -> frozenset[str]:
        return frozenset(self.after)

    @property
    def merges(self) -> bool:
        """May it be merged with a neighbour, or be split by leaf?"""
        call = self.calls[0]
        return self.kind != "backward" and not call.is_step and call.raised is None


def written(call: Call) -> frozenset[str]:
    """The leaves that the call wrote, and those that changed although no write was recorded."""
    others = [name for name, leaf in call.after.items() if name not in call.touched and not unchanged(call.before[name], leaf)]
    return frozenset((*call.touched, *others))


def expected_groups(calls: Sequence[tuple[int, Call]]) -> tuple[CallGroup, ...]:
    """The groups of the steps that are calls (each with its index), in their order; adjacent zeros of one leaf are one group."""
    groups: list[CallGroup] = []
    for index, call in calls:
        group = _group_of_one(index, call, written(call))
        last = groups[-1] if groups else None
        if last is not None and _both_zero(last, group) and last.touched & group.touched:
            groups[-1] = replace(
                last,
                members=(*last.members, index),
                calls=(*last.calls, call),
                touched=last.touched | group.touched,
                after=call.after,
            )
        else:
            groups.append(group)
    return tuple(groups)


def observed_groups(before: State, calls: Sequence[Call], steps: Sequence[CallGroup]) -> tuple[CallGroup, ...]:
    """The groups of the student's calls, moved into the order of the steps as far as they are independent, and merged."""
    leaves_of_calls = [written(call) for call in calls]
    if _correspond_one_to_one(calls, leaves_of_calls, steps):
        return tuple(_group_of_one(index, call, leaves_of_calls[index]) for index, call in enumerate(calls))
    return reordered_groups(before, calls, steps)


def reordered_groups(before: State, calls: Sequence[Call], steps: Sequence[CallGroup]) -> tuple[CallGroup, ...]:
    """`observed_groups` without its shortcut for calls that need no change."""
    homes = _homes(before, calls, steps)
    pieces = [piece for index, call in enumerate(calls) for piece in _pieces_of_call(index, call, homes)]
    return _groups_of(before, _merged(_sorted_pieces(_placed(pieces), frozenset(before))))


def _group_of_one(index: int, call: Call, leaves: frozenset[str]) -> CallGroup:
    return CallGroup(call.kind, (index,), (call,), leaves, call.before, call.after)


def _correspond_one_to_one(calls: Sequence[Call], leaves_of_calls: Sequence[frozenset[str]], steps: Sequence[CallGroup]) -> bool:
    """Is there one call for each group of steps, of its kind and on its leaves? Then nothing has to be moved or merged."""
    return len(calls) == len(steps) and all(
        call.kind == group.kind and leaves == group.touched and leaves and call.raised is None
        for call, leaves, group in zip(calls, leaves_of_calls, steps, strict=True)
    )


def _both_zero(one: CallGroup, other: CallGroup) -> bool:
    return one.kind == other.kind == "zero" and one.raised is None and other.raised is None


def _is_fixed(call: Call, leaves: frozenset[str]) -> bool:
    """A call that raised, or that wrote no known leaf, is never moved: it counts as a call on every leaf."""
    return call.raised is not None or not leaves


def _homes(before: State, calls: Sequence[Call], steps: Sequence[CallGroup]) -> Mapping[tuple[int, str], int]:
    """For each call and leaf, the group of steps that corresponds to the call on that leaf, if there is one."""
    observed = _histories(before, [(call, written(call)) for call in calls])
    expected = _histories(before, [(group.calls[0], group.touched) for group in steps])
    homes: dict[tuple[int, str], int] = {}
    for leaf in before:
        kinds = [[kind for kind, _ in history] for history in (expected[leaf], observed[leaf])]
        for step, call in _common_subsequence(*kinds):
            homes |= {(index, leaf): home for index, home in _pair_zeros(observed[leaf][call][1], expected[leaf][step][1])}
    return homes


def _histories(before: State, calls: Iterable[tuple[Call, frozenset[str]]]) -> Mapping[str, list[tuple[CallKind, list[int]]]]:
    """For each leaf the kinds of the calls on it, with their indices; zeros in a row are one entry."""
    histories: dict[str, list[tuple[CallKind, list[int]]]] = {leaf: [] for leaf in before}
    for index, (call, leaves) in enumerate(calls):
        for leaf in before if _is_fixed(call, leaves) else leaves & before.keys():
            history = histories[leaf]
            if history and history[-1][0] == call.kind == "zero":
                history[-1][1].append(index)
            else:
                history.append((call.kind, [index]))
    return histories


def _pair_zeros(calls: Sequence[int], steps: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Pairs zeros in a row with their steps. If there are more zeros than steps, the first zeros share the first step."""
    spare = max(0, len(calls) - len(steps))
    return [(call, steps[max(0, place - spare)]) for place, call in enumerate(calls)]


def _common_subsequence(expected: Sequence[str], observed: Sequence[str]) -> list[tuple[int, int]]:
    """The earliest longest common subsequence: pairs of places in `expected` and `observed`."""
    start = next((place for place, (one, other) in enumerate(zip(expected, observed, strict=False)) if one != other), None)
    if start is None:
        start = min(len(expected), len(observed))
    pairs = [(place, place) for place in range(start)]
    return pairs + [(one + start, other + start) for one, other in _longest_after_start(expected[start:], observed[start:])]


def _longest_after_start(expected: Sequence[str], observed: Sequence[str]) -> list[tuple[int, int]]:
    if len(expected) * len(observed) > _LARGEST_TABLE:
        return []
    table = [[0] * (len(observed) + 1) for _ in range(len(expected) + 1)]
    for i in reversed(range(len(expected))):
        row, below = table[i], table[i + 1]
        for j in reversed(range(len(observed))):
            row[j] = 1 + below[j + 1] if expected[i] == observed[j] else max(row[j + 1], below[j])
    pairs, i, j = [], 0, 0
    while i < len(expected) and j < len(observed):
        if expected[i] == observed[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _pieces_of_call(index: int, call: Call, homes: Mapping[tuple[int, str], int]) -> Iterable[_Piece]:
    """A call as one piece, or a piece for each group of steps that its leaves belong to; other leaves stay with the first."""
    leaves = written(call)
    known = {leaf: homes[index, leaf] for leaf in sorted(leaves) if (index, leaf) in homes}
    after = {leaf: call.after[leaf] for leaf in leaves}
    whole = _Piece(call.kind, (index,), (call,), after, _most_common(known.values()), 0)
    if not whole.merges or len(set(known.values())) < 2:
        return [whole]
    first = min(known.values())
    return [
        replace(whole, after={leaf: after[leaf] for leaf in leaves if known.get(leaf, first) == home}, home=home)
        for home in sorted(set(known.values()))
    ]


def _most_common(homes: Iterable[int]) -> int | None:
    counted = Counter(homes)
    return min(counted, key=lambda home: (-counted[home], home), default=None)


def _placed(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces with their places. A piece without a home stays after the piece before it."""
    placed: list[_Piece] = []
    for piece in pieces:
        previous = placed[-1].place if placed else -1
        placed.append(replace(piece, place=previous if piece.home is None else piece.home))
    return placed


def _sorted_pieces(pieces: Sequence[_Piece], leaves: frozenset[str]) -> list[_Piece]:
    """The pieces sorted by place, as far as the order on each leaf allows."""
    followers, waiting = _dependencies(pieces, leaves)
    ready = [(piece.place, number) for number, piece in enumerate(pieces) if waiting[number] == 0]
    heapify(ready)
    ordered = []
    while ready:
        _, number = heappop(ready)
        ordered.append(pieces[number])
        for follower in followers[number]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heappush(ready, (pieces[follower].place, follower))
    return ordered


def _dependencies(pieces: Sequence[_Piece], leaves: frozenset[str]) -> tuple[list[list[int]], list[int]]:
    """The pieces that must come after each piece, because of a common leaf, and how many each piece waits for."""
    followers: list[list[int]] = [[] for _ in pieces]
    waiting = [0] * len(pieces)
    last: dict[str, int] = {}
    for number, piece in enumerate(pieces):
        on = leaves if _is_fixed(piece.calls[0], piece.leaves) else piece.leaves
        for earlier in {last[leaf] for leaf in on if leaf in last}:
            followers[earlier].append(number)
            waiting[number] += 1
        last.update(dict.fromkeys(on, number))
    return followers, waiting


def _merged(pieces: Iterable[_Piece]) -> list[_Piece]:
    merged: list[_Piece] = []
    for piece in pieces:
        if merged and _can_merge(merged[-1], piece):
            last = merged[-1]
            merged[-1] = replace(
                last,
                members=last.members + piece.members,
                calls=last.calls + piece.calls,
                after={**last.after, **piece.after},
                home=piece.home if last.home is None else last.home,
            )
        else:
            merged.append(piece)
    return merged


def _can_merge(one: _Piece, other: _Piece) -> bool:
    if one.kind != other.kind or not (one.merges and other.merges):
        return False
    if one.home is not None and other.home is not None and one.home != other.home:
        return False
    return one.kind == "zero" or not one.leaves & other.leaves


def _groups_of(before: State, pieces: Iterable[_Piece]) -> tuple[CallGroup, ...]:
    groups, state = [], before
    for piece in pieces:
        after = {**state, **piece.after}
        groups.append(CallGroup(piece.kind, piece.members, piece.calls, piece.leaves, state, after))
        state = after
    return tuple(groups)
