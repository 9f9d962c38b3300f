"""One set of inputs for an exercise: the numbers in its file, or redrawn numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.records.exercise import TensorSpec


@dataclass(frozen=True, slots=True)
class Case:
    """`number` is 0 for the visible case. `tensors` has every declared tensor with the numbers of this case."""

    number: int
    tensors: Mapping[str, TensorSpec]

    @property
    def hidden(self) -> bool:
        return self.number > 0
