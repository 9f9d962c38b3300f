"""Whose solution a file is, told from the end of its path."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import PurePath

from grader.records.exercise import Exercise

_SUFFIX = re.compile(r"\.(?:py|ipynb)$", re.IGNORECASE)
# What browsers and Canvas put behind a name that is taken already.
_COPY = re.compile(r"(?: ?\([0-9]{1,2}\)|-[0-9]{1,2})(\.\w+)$")
_NEAR_ENOUGH = 0.6


def is_solution(name: str) -> bool:
    """Could a file of this name be a solution?"""
    return _SUFFIX.search(name) is not None


def without_copy_number(name: str) -> str:
    """`capstone.py` for `capstone-1.py` and `capstone (1).py`."""
    return _COPY.sub(r"\1", name)


def owner_of(parts: Sequence[str], exercises: Sequence[Exercise]) -> Exercise | None:
    """The exercise whose path ends this one, or that alone has its file name; a notebook counts as the `.py` it stands for.

    Capital letters are told apart only if nothing fits otherwise.
    """
    for path in (_as_module(parts), [part.lower() for part in _as_module(parts)]):
        found = _exact(path, exercises)
        if found is not None:
            return found
    return None


def _exact(path: Sequence[str], exercises: Sequence[Exercise]) -> Exercise | None:
    ending, name = "/".join(path), path[-1]
    for exercise in exercises:
        if ending == exercise.solution_path:
            return exercise
    bare = Counter(_file_name(exercise) for exercise in exercises)
    for exercise in exercises:
        if name == _file_name(exercise) and bare[name] == 1:
            return exercise
    return None


def _as_module(parts: Sequence[str]) -> list[str]:
    return [*parts[-2:-1], _SUFFIX.sub(".py", parts[-1])]


def nearest(parts: Sequence[str], exercises: Sequence[Exercise]) -> str:
    """The solution path that this file was probably meant for, or nothing."""
    stem = PurePath(parts[-1]).stem.lower().replace("-", "_").replace(" ", "_")[:100]

    def likeness(exercise: Exercise) -> tuple[float, bool]:
        ratio = SequenceMatcher(None, stem, PurePath(exercise.solution_path).stem).ratio()
        return ratio, tuple(parts[-2:-1]) == (exercise.track,)

    best = max(exercises, key=likeness, default=None)
    return best.solution_path if best is not None and likeness(best)[0] >= _NEAR_ENOUGH else ""


def _file_name(exercise: Exercise) -> str:
    return exercise.solution_path.rpartition("/")[2]
