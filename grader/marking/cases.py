"""The numbers of each case: those in the file for the visible one, redrawn ones for the hidden ones.

Case k comes from `Random(f"{seed}/{id}/{k}")`. A further attempt at the same case goes on with the same stream: what
the attempts before it drew is drawn again and thrown away, so a case depends on nothing but its names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from grader.records.case import Case
from grader.records.exercise import Exercise, TensorSpec, WrittenValue

# Enough digits to be different, few enough for float32 to keep them.
_DIGITS = 4
_TRIES = 1000


def visible(exercise: Exercise) -> Case:
    """The case with the numbers in the file."""
    return Case(0, dict(exercise.setup.tensors))


def draw(exercise: Exercise, seed: str, number: int, attempt: int = 0) -> Case:
    """Hidden case `number` (from 1): the tensors redrawn, data as in the file. The same arguments give the same case."""
    random = Random(f"{seed}/{exercise.id}/{number}")
    for _ in range(attempt):
        _draw(exercise.setup.tensors, random)
    return Case(number, _draw(exercise.setup.tensors, random))


def _draw(tensors: Mapping[str, TensorSpec], random: Random) -> dict[str, TensorSpec]:
    """Ties follow the tensor that they are tied to; what is not redrawn counts when values must differ."""
    taken = {number for spec in tensors.values() if not _is_redrawn(spec) for number in _numbers(spec.value)}
    drawn = {}
    for name, spec in tensors.items():
        redrawn = _redraw(spec.value, spec, random, taken) if _is_redrawn(spec) else spec.value
        drawn[name] = replace(spec, value=redrawn)
    return drawn


def _is_redrawn(spec: TensorSpec) -> bool:
    return spec.redraw is not False and spec.tied_to is None


def _numbers(value: WrittenValue | str) -> Iterator[float]:
    if isinstance(value, tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float):
        yield float(value)


def _redraw(value: WrittenValue | str, spec: TensorSpec, random: Random, taken: set[float]) -> WrittenValue:
    if isinstance(value, tuple):
        return tuple(_redraw(item, spec, random, taken) for item in value)
    if isinstance(value, str) or value is None:
        raise ValueError(f"only numbers can be redrawn, not {value!r}")
    return _different(value, spec, random, taken)


def _different(number: float, spec: TensorSpec, random: Random, taken: set[float]) -> float:
    """A number that no other of the case equals; a range too narrow for that gives equal ones in the end."""
    new = _new(number, spec, random)
    for _ in range(_TRIES):
        if new not in taken:
            break
        new = _new(number, spec, random)
    taken.add(new)
    return new


def _new(number: float, spec: TensorSpec, random: Random) -> float:
    if isinstance(spec.redraw, tuple):
        low, high = spec.redraw
        return min(max(_rounded(random.uniform(low, high)), low), high)
    if number == 0:
        return _rounded(random.uniform(-1, 1))
    return _rounded(number * random.uniform(0.5, 2))


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
