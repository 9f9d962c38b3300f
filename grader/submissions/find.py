"""Folders and files in, one `Submission` out: each file goes to the exercise whose path ends it, or whose name it has."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.records.submission import SolutionFile, Stray, Submission
from grader.submissions.owner import is_solution, nearest, owner_of
from grader.submissions.read import read_solution, same_text

__all__ = ["from_paths", "owner", "same_text"]


def from_paths(name: str, paths: Sequence[Path], exercises: Sequence[Exercise], only: Sequence[str] = ()) -> Submission:
    """The submission of one person, found in folders and files.

    `only` are the ids of the exercises that were asked for (none: all). One file for one exercise is that exercise's
    whatever the file is called. Raises UsageError for a path that is not there and for two files for one exercise.
    """
    found = _files(paths)
    if len(only) == 1 and len(paths) == 1 and paths[0].is_file():
        return Submission(name, {only[0]: read_solution(*found[0])})
    files: dict[str, SolutionFile] = {}
    strays: list[Stray] = []
    for path, root in found:
        exercise = owner(path, exercises)
        if exercise is None:
            strays.append(Stray(path.as_posix(), nearest(_parts(path), exercises)))
        elif exercise.id in files:
            raise _two_files(exercise.id, files[exercise.id].path, path.as_posix())
        elif not only or exercise.id in only:
            files[exercise.id] = read_solution(path, root)
    return Submission(name, files, tuple(strays))


def _files(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Every candidate once, with the folder it was handed in with."""
    found: dict[str, tuple[Path, Path]] = {}
    for path in paths:
        if path.is_dir():
            for file in _walk(path):
                found.setdefault(os.path.abspath(file), (file, path))
        elif os.path.lexists(path):
            found.setdefault(os.path.abspath(path), (path, path.parent))
        else:
            raise UsageError(f"There is no file or folder {path}.")
    return list(found.values())


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not _is_ignored(Path(folder, name)))
        for name in sorted(names + [name for name in folders if Path(folder, name).is_symlink()]):
            path = Path(folder, name)
            if not name.startswith(".") and (is_solution(name) or path.is_dir()):
                yield path


def _is_ignored(folder: Path) -> bool:
    """Hidden folders, caches and virtual environments hold nothing that a person wrote."""
    return folder.name.startswith(".") or folder.name == "__pycache__" or (folder / "pyvenv.cfg").exists()


def owner(path: Path, exercises: Sequence[Exercise]) -> Exercise | None:
    """Whose solution a file of this path is."""
    return owner_of(_parts(path), exercises)


def _parts(path: Path) -> tuple[str, ...]:
    return Path(os.path.abspath(path)).parts


def _two_files(exercise: str, first: str, second: str) -> UsageError:
    return UsageError(
        f"Two files are for {exercise}: {first} and {second}. Keep one; "
        "to grade the work of several people, use `python -m grader batch`."
    )
