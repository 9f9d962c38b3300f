"""For each observed call the groups of steps that it corresponds to, leaf by leaf.

For each leaf, the calls on it are compared with the steps on it. Leaves on which the same calls and the same steps act are
compared only once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import merge
from typing import TypeAlias

from grader.marking.subsequence import common_subsequence
from grader.records.trace import CallKind

# What acts on leaves: the kind, the leaves, and whether it counts as a call on every leaf.
ActionOnLeaves: TypeAlias = tuple[CallKind, Collection[str], bool]

# For each call: pairs of a group of steps and the leaves on which the call corresponds to it.
Homes: TypeAlias = Sequence[Sequence[tuple[int, tuple[str, ...]]]]

# If there are more different leaves times calls on every leaf, these calls are left out of the comparison.
_MOST_SHARED = 200_000


def homes_of(leaves: Collection[str], calls: Sequence[ActionOnLeaves], steps: Sequence[ActionOnLeaves]) -> Homes:
    """The homes of each call on its own leaves."""
    observed, expected = _own_actions(leaves, calls), _own_actions(leaves, steps)
    alike: dict[tuple[tuple[int, ...], tuple[int, ...]], list[str]] = {}
    for leaf in leaves:
        alike.setdefault((tuple(observed[leaf]), tuple(expected[leaf])), []).append(leaf)
    shared_calls, shared_steps = _on_every_leaf(calls), _on_every_leaf(steps)
    if len(alike) * (len(shared_calls) + len(shared_steps)) > _MOST_SHARED:
        shared_calls, shared_steps = [], []
    homes: list[list[tuple[int, tuple[str, ...]]]] = [[] for _ in calls]
    for (own_calls, own_steps), names in alike.items():
        own, same_leaves, known = set(own_calls), tuple(names), set(names)
        on_leaf = _history(calls, merge(own_calls, shared_calls))
        wanted = _history(steps, merge(own_steps, shared_steps))
        for step, call in common_subsequence([kind for kind, _ in wanted], [kind for kind, _ in on_leaf]):
            for index, home in _pair_zeros(on_leaf[call][1], wanted[step][1]):
                here = same_leaves if index in own else tuple(leaf for leaf in calls[index][1] if leaf in known)
                if here:
                    homes[index].append((home, here))
    return homes


def _own_actions(leaves: Collection[str], actions: Sequence[ActionOnLeaves]) -> Mapping[str, list[int]]:
    """For each leaf the indices of the actions that act on it, without those that count for every leaf."""
    own: dict[str, list[int]] = {leaf: [] for leaf in leaves}
    for index, (_, touched, on_every) in enumerate(actions):
        if not on_every:
            for leaf in touched:
                if leaf in own:
                    own[leaf].append(index)
    return own


def _on_every_leaf(actions: Sequence[ActionOnLeaves]) -> list[int]:
    return [index for index, (_, _, on_every) in enumerate(actions) if on_every]


def _history(actions: Sequence[ActionOnLeaves], indices: Iterable[int]) -> list[tuple[CallKind, list[int]]]:
    """The kinds of these actions with their indices; zeros in a row are one entry."""
    history: list[tuple[CallKind, list[int]]] = []
    for index in indices:
        kind = actions[index][0]
        if history and history[-1][0] == kind == "zero":
            history[-1][1].append(index)
        else:
            history.append((kind, [index]))
    return history


def _pair_zeros(calls: Sequence[int], steps: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs zeros in a row with their steps. If there are more zeros than steps, the first zeros share the first step."""
    spare = max(0, len(calls) - len(steps))
    return [(call, steps[max(0, place - spare)]) for place, call in enumerate(calls)]
