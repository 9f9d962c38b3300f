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

# Enough digits to be different, few enough for float32 to keep them.
_DIGITS = 4
_MOST_TRIES = 1000


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
    taken = {number for spec in tensors.values() if not _is_redrawn(spec) for number in numbers_in(spec.value)}
    drawn = {}
    for name, spec in tensors.items():
        redrawn = _redraw(spec.value, spec, random, taken) if _is_redrawn(spec) else spec.value
        drawn[name] = replace(spec, value=redrawn)
    return drawn


def _is_redrawn(spec: TensorSpec) -> bool:
    return spec.redraw is not False and spec.tied_to is None


def _redraw(value: WrittenValue | str, spec: TensorSpec, random: Random, taken: set[float]) -> WrittenValue:
    if isinstance(value, tuple):
        return tuple(_redraw(item, spec, random, taken) for item in value)
    if isinstance(value, str) or value is None:
        raise ValueError(f"only numbers can be redrawn, not {value!r}")
    return _draw_different(value, spec, random, taken)


def _draw_different(number: float, spec: TensorSpec, random: Random, taken: set[float]) -> float:
    """A number that is not taken yet. In a range that is too narrow for different numbers, equal ones are accepted."""
    new = _draw_number(number, spec, random)
    for _ in range(_MOST_TRIES):
        if new not in taken:
            break
        new = _draw_number(number, spec, random)
    taken.add(new)
    return new


def _draw_number(number: float, spec: TensorSpec, random: Random) -> float:
    if isinstance(spec.redraw, tuple):
        low, high = spec.redraw
        return min(max(_rounded(random.uniform(low, high)), low), high)
    if number == 0:
        return _rounded(random.uniform(-1, 1))
    return _rounded(number * random.uniform(0.5, 2))


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
