"""The numbers of each case: the visible case has those in the file, hidden cases have redrawn ones.

Case k comes from `Random(f"{seed}/{id}/{k}")`. A further attempt at a case continues the same random stream: the numbers
of the earlier attempts are drawn again and thrown away. So a case depends on seed, id, number and attempt only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from grader.assess.expectations import numbers_in
from grader.records.case import Case
from grader.records.exercise import Exercise, TensorSpec, WrittenValue

# Enough digits to be different, few enough for float32 to keep them. Many numbers need more.
_DIGITS, _DIGITS_OF_MANY = 4, 6
_MANY = 1000
# All tries that a case may need, in addition to some for each number: a range may be too narrow for different numbers.
_SPARE_TRIES = 1000
_TRIES = 10


def visible_case(exercise: Exercise) -> Case:
    """The case with the numbers in the file."""
    return Case(0, dict(exercise.setup.tensors))


def draw_case(exercise: Exercise, seed: str, number: int, attempt: int = 0) -> Case:
    """Hidden case `number` (from 1): tensors are redrawn, data stay as in the file. Equal arguments give equal cases."""
    random = Random(f"{seed}/{exercise.id}/{number}")
    for _ in range(attempt):
        _draw_tensors(exercise.setup.tensors, random)
    return Case(number, _draw_tensors(exercise.setup.tensors, random))


def _draw_tensors(tensors: Mapping[str, TensorSpec], random: Random) -> dict[str, TensorSpec]:
    """Redraw the tensors. No two numbers of a case are equal, those that are not redrawn included."""
    numbers = {name: list(numbers_in(spec.value)) for name, spec in tensors.items()}
    redrawn = {name: spec for name, spec in tensors.items() if _is_redrawn(spec)}
    taken = {number for name in tensors if name not in redrawn for number in numbers[name]}
    draw = _Draw(random, taken, sum(len(numbers[name]) for name in redrawn))
    return {
        name: replace(spec, value=draw.redraw(spec.value, spec)) if name in redrawn else spec for name, spec in tensors.items()
    }


def _is_redrawn(spec: TensorSpec) -> bool:
    return spec.redraw is not False and spec.tied_to is None


class _Draw:
    """The numbers of one case, `count` in all. `taken` are the numbers that it has already."""

    def __init__(self, random: Random, taken: set[float], count: int) -> None:
        self._random, self._taken = random, taken
        self._digits = _DIGITS if count <= _MANY else _DIGITS_OF_MANY
        self._tries = _SPARE_TRIES + _TRIES * count

    def redraw(self, value: WrittenValue | str, spec: TensorSpec) -> WrittenValue:
        if isinstance(value, tuple):
            return tuple(self.redraw(item, spec) for item in value)
        if isinstance(value, str) or value is None:
            raise ValueError(f"only numbers can be redrawn, not {value!r}")
        return self._different(value, spec)

    def _different(self, number: float, spec: TensorSpec) -> float:
        """A number that is not taken yet. In a range that is too narrow for different numbers, equal ones are accepted."""
        new = self._number(number, spec)
        while new in self._taken and self._tries > 0:
            self._tries -= 1
            new = self._number(number, spec)
        self._taken.add(new)
        return new

    def _number(self, number: float, spec: TensorSpec) -> float:
        if isinstance(spec.redraw, tuple):
            low, high = spec.redraw
            return min(max(self._rounded(self._random.uniform(low, high)), low), high)
        if number == 0:
            return self._rounded(self._random.uniform(-1, 1))
        return self._rounded(number * self._random.uniform(0.5, 2))

    def _rounded(self, number: float) -> float:
        return float(f"{number:.{self._digits}g}")
