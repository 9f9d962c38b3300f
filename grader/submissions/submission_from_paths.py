"""Makes one `Submission` of local folders and files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.records.submission import SolutionFile, Stray, Submission
from grader.submissions.folder_container import files_below, is_environment
from grader.submissions.match_exercise import is_solution_name, match_path, nearest_solution_path
from grader.submissions.read import read_solution


def submission_from_paths(
    name: str, paths: Sequence[Path], exercises: Sequence[Exercise], only: Sequence[str] = ()
) -> Submission:
    """The submission of one student.

    `only` are the ids of the exercises to grade (empty: all). If it is one exercise and there is one file, the file belongs
    to it whatever its name is. Raises UsageError if a path does not exist or an exercise has two files.
    """
    candidates = _candidates(paths)
    if len(only) == 1 and len(paths) == 1 and paths[0].is_file():
        return Submission(name, {only[0]: read_solution(*candidates[0])})
    files: dict[str, SolutionFile] = {}
    unmatched: list[Stray] = []
    for path, root in candidates:
        exercise = match_path(path, exercises)
        if exercise is None:
            unmatched.append(Stray(path.as_posix(), nearest_solution_path(Path(os.path.abspath(path)).parts, exercises)))
        elif exercise.id in files:
            raise UsageError(
                f"There are two files for {exercise.id}: {files[exercise.id].path} and {path.as_posix()}. Keep one of them. "
                "To grade the work of several students, use `python -m grader batch`."
            )
        elif not only or exercise.id in only:
            files[exercise.id] = read_solution(path, root)
    return Submission(name, files, tuple(unmatched))


def _candidates(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Every file that can be a solution, once, with the submitted folder that contains it."""
    found: dict[str, tuple[Path, Path]] = {}
    for path in paths:
        if path.is_dir():
            for file in files_below(path):
                if is_solution_name(file.name) or _is_linked_folder(file):
                    found.setdefault(os.path.abspath(file), (file, path))
        elif os.path.lexists(path):
            found.setdefault(os.path.abspath(path), (path, path.parent))
        else:
            raise UsageError(f"There is no file or folder {path}.")
    return list(found.values())


def _is_linked_folder(path: Path) -> bool:
    """Nothing in it is read, so it is reported as an unmatched file."""
    return path.is_dir() and not is_environment(path)
