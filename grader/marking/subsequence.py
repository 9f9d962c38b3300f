"""The longest common subsequence of two sequences of words; in long ones window by window, so that the cost stays linear."""

from __future__ import annotations

from collections.abc import Sequence

# Up to so many cells the result is exact. Longer sequences are compared in windows, and half of each window is kept.
EXACT_CELLS = 20_000
WINDOW = 60
WINDOW_OBSERVED = 120


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
        found = exact_subsequence(window, observed[j:] if is_last else observed[j : j + WINDOW_OBSERVED])
        kept = len(window) if is_last else len(window) // 2
        pairs += [(i + one, j + other) for one, other in found if one < kept]
        i, j = i + kept, max([j + other + 1 for one, other in found if one < kept], default=j)
    return pairs


def exact_subsequence(expected: Sequence[str], observed: Sequence[str]) -> list[tuple[int, int]]:
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
