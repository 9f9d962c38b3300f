"""Finds the exercise that a file belongs to, by the end of its path."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path, PurePath

from grader.records.exercise import Exercise

_SUFFIX = re.compile(r"\.(?:py|ipynb)$", re.IGNORECASE)
# Browsers and Canvas append a number to a name that is taken.
_COPY_NUMBER = re.compile(r"(?: ?\([0-9]{1,2}\)|-[0-9]{1,2})(\.\w+)$")
_LEADING_NUMBER = re.compile(r"^[0-9]{1,3}[-_. )]+")
_LEAST_RATIO = 0.6


def is_solution_name(name: str) -> bool:
    """Can a file with this name be a solution?"""
    return _SUFFIX.search(name) is not None


def without_copy_number(name: str) -> str:
    """`capstone.py` for `capstone-1.py` and `capstone (1).py`."""
    return _COPY_NUMBER.sub(r"\1", name)


def match_path(path: Path, exercises: Sequence[Exercise]) -> Exercise | None:
    """`match_exercise` for a path on this machine."""
    return match_exercise(Path(os.path.abspath(path)).parts, exercises)


def match_exercise(parts: Sequence[str], exercises: Sequence[Exercise]) -> Exercise | None:
    """The exercise whose solution path is the end of this path, or the only one whose solution has this file name.

    `name.ipynb` counts as `name.py`. Upper and lower case are distinguished only if both spellings match.
    """
    module = [*parts[-2:-1], _SUFFIX.sub(".py", parts[-1])]
    return _match(module, exercises) or _match([part.lower() for part in module], exercises)


def _match(path: Sequence[str], exercises: Sequence[Exercise]) -> Exercise | None:
    ending, name = "/".join(path), path[-1]
    for exercise in exercises:
        if ending == exercise.solution_path:
            return exercise
    names = Counter(_file_name(exercise) for exercise in exercises)
    for exercise in exercises:
        if name == _file_name(exercise) and names[name] == 1:
            return exercise
    return None


def exercises_by_words(exercises: Sequence[Exercise]) -> dict[str, list[Exercise]]:
    """The exercises by the words of their file names, for `match_words`."""
    by_words: dict[str, list[Exercise]] = {}
    for exercise in exercises:
        by_words.setdefault(_words(_file_name(exercise)), []).append(exercise)
    return by_words


def match_words(parts: Sequence[str], by_words: Mapping[str, Sequence[Exercise]]) -> Exercise | None:
    """The only exercise that this path can mean if `-`, blanks, dots and a number in front are not looked at."""
    found = by_words.get(_words(parts[-1]), ())
    in_track = [exercise for exercise in found if [exercise.track] == [part.lower() for part in parts[-2:-1]]]
    return next((several[0] for several in (in_track, found) if len(several) == 1), None)


def _words(name: str) -> str:
    return re.sub(r"[-_ .]+", "_", _LEADING_NUMBER.sub("", _SUFFIX.sub("", name).lower()))


def nearest_solution_path(parts: Sequence[str], exercises: Sequence[Exercise]) -> str:
    """The solution path whose file name is most similar to this one, or "" if none is similar enough."""
    stem = PurePath(parts[-1]).stem.lower().replace("-", "_").replace(" ", "_")[:100]

    def similarity(exercise: Exercise) -> tuple[float, bool]:
        ratio = SequenceMatcher(None, stem, PurePath(exercise.solution_path).stem).ratio()
        return ratio, tuple(parts[-2:-1]) == (exercise.track,)

    best = max(exercises, key=similarity, default=None)
    return best.solution_path if best is not None and similarity(best)[0] >= _LEAST_RATIO else ""


def _file_name(exercise: Exercise) -> str:
    return exercise.solution_path.rpartition("/")[2]
