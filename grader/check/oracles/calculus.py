"""How a ledger learns derivatives: measured by small differences, or derived in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from grader.check.oracles.arrays import Array, as_array
from grader.check.oracles.functions import FLOATS
from grader.check.oracles.graph import OracleLeaf, OracleValue, Target, work_out

# Small enough for 2e-5, large enough for float64.
STEP = 1e-5


class Calculus(Protocol):
    """`second_order`: does it know the slope of a slope?"""

    second_order: bool

    def share(self, losses: Sequence[OracleValue], seeds: Sequence[Array], target: Target) -> Array:
        """d(sum of seed * loss) / d(target), in the target's shape. Raises NotCovered."""
        ...


class Differences:
    """Central differences in float64: the losses worked out again a little to either side of each element."""

    second_order = False

    def share(self, losses: Sequence[OracleValue], seeds: Sequence[Array], target: Target) -> Array:
        slopes = [
            (_total(losses, seeds, target, place, STEP) - _total(losses, seeds, target, place, -STEP)) / (2 * STEP)
            for place in range(target.numbers.size)
        ]
        return as_array(slopes).reshape(target.numbers.shape)


def is_target(value: OracleValue, target: Target) -> bool:
    return value.leaf is target if isinstance(target, OracleLeaf) else value is target


def _total(losses: Sequence[OracleValue], seeds: Sequence[Array], target: Target, place: int, by: float) -> float:
    def moved(value: OracleValue) -> Array | None:
        if not is_target(value, target):
            return None
        numbers = value.numbers.copy()
        numbers.flat[place] += by
        return numbers

    known: dict[int, Array] = {}
    results = [work_out(loss, FLOATS, moved, known) for loss in losses]
    return float(sum(np.sum(seed * result) for seed, result in zip(seeds, results, strict=True)))
