"""How a ledger learns derivatives: measured by small differences, or derived in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from grader.check.oracles.dense import Dense
from grader.check.oracles.functions import FLOATS
from grader.check.oracles.graph import OracleLeaf, OracleValue, Target, work_out

# Small enough for 2e-5, large enough for float64.
STEP = 1e-5


class Calculus(Protocol):
    """`second_order`: does it know the slope of a slope?"""

    second_order: bool

    def share(self, losses: Sequence[OracleValue], seeds: Sequence[Dense], target: Target) -> Dense:
        """d(sum of seed * loss) / d(target), in the target's shape. Raises NotCovered."""
        ...


class Differences:
    """Central differences in float64: the losses worked out again a little to either side of each element."""

    second_order = False

    def share(self, losses: Sequence[OracleValue], seeds: Sequence[Dense], target: Target) -> Dense:
        numbers = target.numbers
        slopes = tuple(
            (_total(losses, seeds, target, place, STEP) - _total(losses, seeds, target, place, -STEP)) / (2 * STEP)
            for place in range(numbers.size)
        )
        return Dense(numbers.shape, slopes)


def is_target(value: OracleValue, target: Target) -> bool:
    return value.leaf is target if isinstance(target, OracleLeaf) else value is target


def _total(losses: Sequence[OracleValue], seeds: Sequence[Dense], target: Target, place: int, by: float) -> float:
    def moved(value: OracleValue) -> Dense | None:
        if not is_target(value, target):
            return None
        data = value.numbers.data
        return Dense(value.numbers.shape, (*data[:place], data[place] + by, *data[place + 1 :]))

    known: dict[int, Dense] = {}
    results = [work_out(loss, FLOATS, moved, known) for loss in losses]
    return float(
        sum(
            weight * number
            for seed, result in zip(seeds, results, strict=True)
            for weight, number in zip(seed.data, result.data, strict=True)
        )
    )
