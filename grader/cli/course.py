"""Where the course is: the folders `exercises` and `solutions`, looked for upwards from the working directory."""

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
    """`exercises` and `solutions` as one would write them from the working directory."""

    exercises: Path
    solutions: Path | None

    @property
    def root(self) -> Path:
        """The folder that holds `exercises`, and `.grader` with what is remembered."""
        return self.exercises.resolve().parent

    def need_solutions(self) -> Path:
        if self.solutions is None:
            raise UsageError(f"There is no folder `solutions` in {Path.cwd()} or above it. Name the folder or file to grade.")
        return self.solutions


def find_course(exercises: str | None) -> Course:
    """The course around the working directory. Raises UsageError if there is no folder of exercises."""
    if exercises is None:
        found = find_upwards("exercises")
        if found is None:
            raise UsageError(
                f"There is no folder `exercises` in {Path.cwd()} or above it. "
                "Go to the course's folder, or name the exercises with `--exercises DIR`."
            )
        return Course(_from_here(found), _solutions())
    if not os.path.isdir(exercises):
        raise UsageError(f"`--exercises {exercises}`: there is no such folder.")
    return Course(Path(exercises), _solutions())


def find_upwards(name: str) -> Path | None:
    """The nearest folder of that name in the working directory or above it."""
    here = Path.cwd()
    return next((folder / name for folder in (here, *here.parents) if (folder / name).is_dir()), None)


def exercise_named(exercises: Sequence[Exercise], name: str) -> Exercise:
    """The exercise with this id, or with this last part of an id where only one has it. Raises UsageError."""
    for exercise in exercises:
        if exercise.id == name:
            return exercise
    same = [exercise for exercise in exercises if exercise.slug == name]
    if len(same) == 1:
        return same[0]
    if same:
        raise UsageError(f"`{name}` may be {' or '.join(exercise.id for exercise in same)}: give the whole name.")
    near = get_close_matches(name, [exercise.id for exercise in exercises], 1)
    fix = f"Did you mean {near[0]}?" if near else "`python -m grader list` shows them all."
    raise UsageError(f"There is no exercise `{name}`. {fix}")


def _solutions() -> Path | None:
    found = find_upwards("solutions")
    return _from_here(found) if found else None


def _from_here(path: Path) -> Path:
    return Path(os.path.relpath(path))
