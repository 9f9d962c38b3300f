"""Finds the exercises of a folder and reads them all, so that every problem of every file is told in one run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.errors import Problem, SourceLocation, SpecError, raise_if_any
from grader.records.exercise import Exercise
from grader.spec.read_exercise import ExerciseFolder, read_exercise
from grader.spec.yaml_source import read_file

FILE = "exercise.yaml"

_NUMBERED = re.compile(r"(?P<order>[0-9]+)-(?P<slug>.+)")


def load_exercises(root: Path) -> tuple[Exercise, ...]:
    """The exercises of `root/<track>/<NN>-<slug>/exercise.yaml`, by track and number.

    Raises SpecError with all problems of all files.
    """
    if not root.is_dir():
        raise SpecError(Problem(f"{root} is not a folder of exercises."))
    problems: list[Problem] = []
    exercises: list[Exercise] = []
    for folder in _exercise_folders(root):
        exercise, found = _load_folder(root, folder)
        problems += found
        exercises += [exercise] if exercise is not None else []
    problems += _same_ids(exercises)
    raise_if_any(problems)
    if not exercises:
        raise SpecError(Problem(f"There is no exercise in {root}: none of its folders is <track>/<NN>-<slug>/{FILE}."))
    return tuple(sorted(exercises, key=lambda exercise: (exercise.track, exercise.order, exercise.slug)))


def load_exercise(root: Path, folder: Path) -> Exercise:
    """The one exercise of `folder`, whatever is wrong elsewhere. Raises SpecError."""
    exercise, problems = _load_folder(root, folder)
    raise_if_any(problems)
    assert exercise is not None
    return exercise


def _exercise_folders(root: Path) -> Iterator[Path]:
    """The folders that hold an exercise, or should."""
    for track in _folders_in(root):
        if (track / FILE).exists():
            yield track
        else:
            yield from _folders_in(track)


def _folders_in(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith((".", "__")))


def _load_folder(root: Path, folder: Path) -> tuple[Exercise | None, list[Problem]]:
    where, file = SourceLocation(folder.as_posix()), folder / FILE
    if folder.parent == root:
        return None, [Problem("this exercise is in no track.", where, "Move its folder into one: core/, for example.")]
    if not file.exists():
        return None, [Problem(f"this folder has no {FILE}.", where, "Write one, or remove the folder.")]
    numbered = _NUMBERED.fullmatch(folder.name)
    if numbered is None:
        fix = f"Rename it, to 01-{folder.name} for example."
        return None, [Problem("the folder of an exercise is named <NN>-<slug>.", where, fix)]
    source, problems = read_file(file, file.as_posix())
    beside = {name: _python_beside(folder / f"{name}.py", problems) for name in ("starter", "reference")}
    if source is None:
        return None, problems
    place = ExerciseFolder(folder.parent.name, numbered["slug"], int(numbered["order"]), beside["starter"], beside["reference"])
    exercise, found = read_exercise(source, place)
    return exercise, problems + found


def _python_beside(file: Path, problems: list[Problem]) -> str | None:
    """A Python file beside the exercise; None if there is none."""
    if not file.exists():
        return None
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        problems.append(Problem("this file cannot be read as UTF-8.", SourceLocation(file.as_posix()), "Save it as UTF-8."))
        return None


def _same_ids(exercises: Iterable[Exercise]) -> Iterator[Problem]:
    first: dict[str, Exercise] = {}
    for exercise in exercises:
        other = first.setdefault(exercise.id, exercise)
        if other is not exercise:
            message = f"{other.path} has the same id, `{exercise.id}`."
            yield Problem(message, exercise.where, "an id names one exercise only")
