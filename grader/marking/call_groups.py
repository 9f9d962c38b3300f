"""One form for calls that come to the same: what is adjacent becomes one, what is independent follows the steps' order.

The order of the steps is the author's and stays. Observed calls are moved only past calls on other leaves, and only
towards the step that they stand for: for each leaf, the calls on it are laid beside the steps on it, and a call takes
the place of its step. Then neighbours merge: zeros, and edits or in-place updates of different leaves (a loop over
parameters). So two programs that differ only in the order of independent calls, or in what they do in one call
instead of several, get the same form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from grader.marking.values import unchanged
from grader.records.trace import Call, CallKind, Raised, State

# Stories longer than this (steps times calls on one leaf) are left in the order in which they were told.
_LONGEST_STORY = 200_000


@dataclass(frozen=True, slots=True)
class CallGroup:
    """One call of the normal form: the calls (or steps) it is made of, by index, and the whole state around it."""

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
        """Did any leaf's gradient or value change?"""
        return not all(unchanged(self.before[name], self.after[name]) for name in self.touched)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Observed calls, or a part of one, on the way into the normal form, and what they leave in their own leaves.

    `home` is the unit of steps that the piece stands for, `place` where it should go.
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
        """May it become one with a neighbour, or be split by leaf?"""
        call = self.calls[0]
        return self.kind != "backward" and not call.is_step and call.raised is None


def written(call: Call) -> frozenset[str]:
    """The leaves that the call wrote, and those that changed without a recorded write."""
    others = [name for name, leaf in call.after.items() if name not in call.touched and not unchanged(call.before[name], leaf)]
    return frozenset((*call.touched, *others))


def expected_units(calls: Sequence[tuple[int, Call]]) -> tuple[CallGroup, ...]:
    """The steps that are calls, each with its index, in their own order; adjacent zeros of one leaf are one."""
    groups: list[CallGroup] = []
    for index, call in calls:
        group = _unit(index, call, written(call))
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


def observed_units(before: State, calls: Sequence[Call], steps: Sequence[CallGroup]) -> tuple[CallGroup, ...]:
    """The student's calls, moved and merged where they are not already one for each unit of the steps."""
    told = [written(call) for call in calls]
    if _stand_side_by_side(calls, told, steps):
        return tuple(_unit(index, call, leaves) for index, (call, leaves) in enumerate(zip(calls, told, strict=True)))
    return moved_and_merged(before, calls, steps)


def moved_and_merged(before: State, calls: Sequence[Call], steps: Sequence[CallGroup]) -> tuple[CallGroup, ...]:
    """The student's calls, moved towards the steps' order as far as they are independent, and merged."""
    homes = _homes(before, calls, steps)
    pieces = [piece for index, call in enumerate(calls) for piece in _pieces(index, call, homes)]
    return _units(before, _merged(_in_order(_placed(pieces), frozenset(before))))


def _unit(index: int, call: Call, leaves: frozenset[str]) -> CallGroup:
    return CallGroup(call.kind, (index,), (call,), leaves, call.before, call.after)


def _stand_side_by_side(calls: Sequence[Call], told: Sequence[frozenset[str]], steps: Sequence[CallGroup]) -> bool:
    """Is there one call for each unit of steps, of its kind and on its leaves? Then nothing is to be moved or merged."""
    return len(calls) == len(steps) and all(
        call.kind == group.kind and leaves == group.touched and leaves and call.raised is None
        for call, leaves, group in zip(calls, told, steps, strict=True)
    )


def _both_zero(one: CallGroup, other: CallGroup) -> bool:
    return one.kind == other.kind == "zero" and one.raised is None and other.raised is None


def _is_fixed(call: Call, leaves: frozenset[str]) -> bool:
    """A call that raised, or that wrote nothing we know of, is never moved: it counts as a call on every leaf."""
    return call.raised is not None or not leaves


def _homes(before: State, calls: Sequence[Call], steps: Sequence[CallGroup]) -> Mapping[tuple[int, str], int]:
    """For each call and leaf, the unit of steps it stands for on that leaf, if the leaf's two stories have it in common."""
    told = _stories(before, [(call, written(call)) for call in calls])
    asked = _stories(before, [(group.calls[0], group.touched) for group in steps])
    homes: dict[tuple[int, str], int] = {}
    for leaf in before:
        kinds = [[kind for kind, _ in story] for story in (asked[leaf], told[leaf])]
        for step, call in _in_common(*kinds):
            homes |= {(index, leaf): home for index, home in _one_by_one(told[leaf][call][1], asked[leaf][step][1])}
    return homes


def _stories(before: State, calls: Iterable[tuple[Call, frozenset[str]]]) -> Mapping[str, list[tuple[CallKind, list[int]]]]:
    """For each leaf the kinds of the calls on it, with their indices; zeros in a row are one chapter."""
    stories: dict[str, list[tuple[CallKind, list[int]]]] = {leaf: [] for leaf in before}
    for index, (call, leaves) in enumerate(calls):
        for leaf in before if _is_fixed(call, leaves) else leaves & before.keys():
            story = stories[leaf]
            if story and story[-1][0] == call.kind == "zero":
                story[-1][1].append(index)
            else:
                story.append((call.kind, [index]))
    return stories


def _one_by_one(calls: Sequence[int], steps: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Zeros in a row, each with its step; if there are more zeros than steps, the first ones share one."""
    spare = max(0, len(calls) - len(steps))
    return [(call, steps[max(0, place - spare)]) for place, call in enumerate(calls)]


def _in_common(asked: Sequence[str], told: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common subsequence, the earliest one: pairs of places in `asked` and `told`."""
    start = next((place for place, (one, other) in enumerate(zip(asked, told, strict=False)) if one != other), None)
    if start is None:
        start = min(len(asked), len(told))
    pairs = [(place, place) for place in range(start)]
    return pairs + [(one + start, other + start) for one, other in _longest(asked[start:], told[start:])]


def _longest(asked: Sequence[str], told: Sequence[str]) -> list[tuple[int, int]]:
    if len(asked) * len(told) > _LONGEST_STORY:
        return []
    table = [[0] * (len(told) + 1) for _ in range(len(asked) + 1)]
    for i in reversed(range(len(asked))):
        row, below = table[i], table[i + 1]
        for j in reversed(range(len(told))):
            row[j] = 1 + below[j + 1] if asked[i] == told[j] else max(row[j + 1], below[j])
    pairs, i, j = [], 0, 0
    while i < len(asked) and j < len(told):
        if asked[i] == told[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _pieces(index: int, call: Call, homes: Mapping[tuple[int, str], int]) -> Iterable[_Piece]:
    """A call as one piece, or one for each unit of steps that its leaves belong to; the other leaves stay with the first."""
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
    """A piece without a home stays behind the one before it."""
    placed: list[_Piece] = []
    for piece in pieces:
        behind = placed[-1].place if placed else -1
        placed.append(replace(piece, place=behind if piece.home is None else piece.home))
    return placed


def _in_order(pieces: Sequence[_Piece], leaves: frozenset[str]) -> list[_Piece]:
    """By place, as far as the order on each leaf allows."""
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
    """Which pieces come after each one on some leaf, and how many each has to wait for."""
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
        if merged and _are_one(merged[-1], piece):
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


def _are_one(one: _Piece, other: _Piece) -> bool:
    if one.kind != other.kind or not (one.merges and other.merges):
        return False
    if one.home is not None and other.home is not None and one.home != other.home:
        return False
    return one.kind == "zero" or not one.leaves & other.leaves


def _units(before: State, pieces: Iterable[_Piece]) -> tuple[CallGroup, ...]:
    groups, state = [], before
    for piece in pieces:
        after = {**state, **piece.after}
        groups.append(CallGroup(piece.kind, piece.members, piece.calls, piece.leaves, state, after))
        state = after
    return tuple(groups)
