"""Where a ledger gets derivatives: this protocol, and central differences that measure them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from grader.check.oracles.arrays import Array, as_array
from grader.check.oracles.functions import FLOATS
from grader.check.oracles.graph import OracleLeaf, OracleValue, Target, recompute

# Small enough for errors below 2e-5, large enough for float64.
STEP = 1e-5


class Calculus(Protocol):
    """`second_order`: can it compute second derivatives?"""

    second_order: bool

    def contribution(self, losses: Sequence[OracleValue], seeds: Sequence[Array], target: Target) -> Array:
        """d(sum of seed * loss) / d(target), in the shape of the target. Raises NotCovered."""
        ...


class Differences:
    """Central differences in float64: the losses are computed again a little to either side of each element."""

    second_order = False

    def contribution(self, losses: Sequence[OracleValue], seeds: Sequence[Array], target: Target) -> Array:
        derivatives = [
            (_total(losses, seeds, target, place, STEP) - _total(losses, seeds, target, place, -STEP)) / (2 * STEP)
            for place in range(target.numbers.size)
        ]
        return as_array(derivatives).reshape(target.numbers.shape)


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
    results = [recompute(loss, FLOATS, moved, known) for loss in losses]
    return float(sum(np.sum(seed * result) for seed, result in zip(seeds, results, strict=True)))
