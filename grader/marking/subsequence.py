"""What two sequences have in common, in the same order; in long ones window by window, so that the cost stays linear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import eq
from typing import TypeVar

# Up to so many cells the result is exact. Longer sequences are compared in windows, and half of each window is kept.
EXACT_CELLS = 20_000
WINDOW = 60
WINDOW_OBSERVED = 120

Item = TypeVar("Item")


def common_subsequence(expected: Sequence[str], observed: Sequence[str]) -> list[tuple[int, int]]:
    """The earliest longest common subsequence: pairs of places in `expected` and `observed`."""
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(expected) and j < len(observed):
        if expected[i] == observed[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
            continue
        is_last = (len(expected) - i) * (len(observed) - j) <= EXACT_CELLS
        window = expected[i:] if is_last else expected[i : i + WINDOW]
        found = heaviest_pairs(window, observed[j:] if is_last else observed[j : j + WINDOW_OBSERVED], eq)
        kept = len(window) if is_last else len(window) // 2
        pairs += [(i + one, j + other) for one, other in found if one < kept]
        i, j = i + kept, max([j + other + 1 for one, other in found if one < kept], default=j)
    return pairs


def heaviest_pairs(one: Sequence[Item], other: Sequence[Item], weight: Callable[[Item, Item], int]) -> list[tuple[int, int]]:
    """The common subsequence with the highest sum of weights, as pairs of places; of equal ones, the earliest.

    Items of weight 0 are not paired. Takes one cell for each item of one and each of the other.
    """
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in reversed(range(len(one))):
        row, below, item = table[i], table[i + 1], one[i]
        for j in reversed(range(len(other))):
            row[j] = max(below[j + 1] + weight(item, other[j]), below[j], row[j + 1])
    pairs, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        here = weight(one[i], other[j])
        if here and table[i][j] == table[i + 1][j + 1] + here:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs
