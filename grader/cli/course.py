"""Finds the course: the folders `exercises` and `solutions`, in the working directory or the nearest one above it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from grader.errors import UsageError
from grader.records.exercise import Exercise


@dataclass(frozen=True, slots=True)
class Course:
    """`exercises` and `solutions` are relative to the working directory."""

    exercises: Path
    solutions: Path | None

    @property
    def root(self) -> Path:
        """The folder that contains `exercises` and `.grader`."""
        return self.exercises.resolve().parent

    def need_solutions(self) -> Path:
        """The folder of solutions. Raises UsageError if there is none."""
        if self.solutions is None:
            raise UsageError(f"There is no folder `solutions` in {Path.cwd()} or above it. Name the folder or the file to grade.")
        return self.solutions


def find_course(exercises: str | None) -> Course:
    """The course around the working directory. Raises UsageError if there is no folder of exercises."""
    if exercises is None:
        found = find_upwards("exercises")
        if found is None:
            raise UsageError(
                f"There is no folder `exercises` in {Path.cwd()} or above it. "
                "Change to the folder of the course, or name the folder of exercises with `--exercises DIR`."
            )
        return Course(_from_here(found), _solutions())
    if not os.path.isdir(exercises):
        raise UsageError(f"`--exercises {exercises}`: this folder does not exist.")
    return Course(Path(exercises), _solutions())


def find_upwards(name: str) -> Path | None:
    """The nearest folder with this name in the working directory or above it."""
    here = Path.cwd()
    return next((folder / name for folder in (here, *here.parents) if (folder / name).is_dir()), None)


def exercise_named(exercises: Sequence[Exercise], name: str) -> Exercise:
    """The exercise with this id, or the only one whose id ends in `/NAME`. Raises UsageError."""
    for exercise in exercises:
        if exercise.id == name:
            return exercise
    same = [exercise for exercise in exercises if exercise.slug == name]
    if len(same) == 1:
        return same[0]
    if same:
        raise UsageError(f"`{name}` can mean {' or '.join(exercise.id for exercise in same)}. Write the whole id.")
    near = get_close_matches(name, [exercise.id for exercise in exercises], 1)
    fix = f"Did you mean `{near[0]}`?" if near else "`python -m grader list` lists all exercises."
    raise UsageError(f"There is no exercise `{name}`. {fix}")


def _solutions() -> Path | None:
    found = find_upwards("solutions")
    return _from_here(found) if found else None


def _from_here(path: Path) -> Path:
    return Path(os.path.relpath(path))
