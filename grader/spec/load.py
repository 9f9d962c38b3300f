"""Finds and reads all exercises of a folder. One run reports every problem of every file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.errors import Problem, SourceLocation, SpecError, raise_if_any
from grader.records.exercise import Exercise
from grader.spec.read_exercise import ExerciseFolder, read_exercise
from grader.spec.yaml_source import read_file

FILE = "exercise.yaml"

NUMBERED = re.compile(r"(?P<order>[0-9]+)-(?P<slug>.+)")


def load_exercises(root: Path) -> tuple[Exercise, ...]:
    """The exercises in `root/<track>/<NN>-<slug>/exercise.yaml`, in the order of track and number.

    Raises SpecError with all problems of all files.
    """
    if not root.is_dir():
        raise SpecError(Problem(f"There is no folder {root}."))
    problems: list[Problem] = []
    exercises: list[Exercise] = []
    for folder in _exercise_folders(root):
        exercise, found = _load_folder(root, folder)
        problems += found
        exercises += [exercise] if exercise is not None else []
    problems += _same_ids(exercises)
    raise_if_any(problems)
    if not exercises:
        raise SpecError(Problem(f"There are no exercises in {root}: no file matches <track>/<NN>-<slug>/{FILE}."))
    return tuple(sorted(exercises, key=lambda exercise: (exercise.track, exercise.order, exercise.slug)))


def load_exercise(root: Path, folder: Path) -> Exercise:
    """The exercise in `folder`; other folders are not read. Raises SpecError."""
    exercise, problems = _load_folder(root, folder)
    raise_if_any(problems)
    assert exercise is not None
    return exercise


def _exercise_folders(root: Path) -> Iterator[Path]:
    """The folders in which an exercise is expected."""
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
        return None, [Problem("this exercise is not in a track.", where, "Move its folder into one, for example core/.")]
    if not file.exists():
        return None, [Problem(f"this folder has no {FILE}.", where, "Add one, or remove the folder.")]
    numbered = NUMBERED.fullmatch(folder.name)
    if numbered is None:
        fix = f"Rename it, for example to 01-{folder.name}."
        return None, [Problem("the name of an exercise's folder must be <NN>-<slug>.", where, fix)]
    source, problems = read_file(file, file.as_posix())
    beside = {name: _python_beside(folder / f"{name}.py", problems) for name in ("starter", "reference")}
    if source is None:
        return None, problems
    place = ExerciseFolder(folder.parent.name, numbered["slug"], int(numbered["order"]), beside["starter"], beside["reference"])
    exercise, found = read_exercise(source, place)
    return exercise, problems + found


def _python_beside(file: Path, problems: list[Problem]) -> str | None:
    """The text of a Python file beside the exercise; None if there is no such file."""
    if not file.exists():
        return None
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        problems.append(Problem("this file is not UTF-8.", SourceLocation(file.as_posix()), "Save it as UTF-8."))
        return None


def _same_ids(exercises: Iterable[Exercise]) -> Iterator[Problem]:
    first: dict[str, Exercise] = {}
    for exercise in exercises:
        other = first.setdefault(exercise.id, exercise)
        if other is not exercise:
            message = f"{other.path} has the same id, `{exercise.id}`."
            yield Problem(message, exercise.where, "give each exercise its own id")
