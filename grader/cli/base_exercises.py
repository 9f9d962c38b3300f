"""Reads the exercises of a commit through a temporary folder, which is deleted before any submitted code runs."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.spec.load import FILE, load_exercises
from grader.submissions.git import REGULAR_FILES, GitFile, Repository

_FILES = (FILE, "starter.py", "reference.py")
_MOST_BYTES = 1_000_000


def exercises_of(repository: Repository, commit: str, folder: str) -> tuple[Exercise, ...]:
    """The exercises in a folder of a commit. Raises UsageError if there are none, SpecError if one is wrong."""
    files = [file for file in repository.files(commit, folder) if _is_needed(file)]
    if not any(file.path.endswith(f"/{FILE}") for file in files):
        raise UsageError(
            f"There are no exercises in `{folder}` of the base commit {commit[:12]}. Name their folder with `--exercises`."
        )
    contents = repository.contents(files)
    with TemporaryDirectory(prefix="grader-") as temporary, chdir(temporary):  # so an exercise gets its path in the repository
        for file in files:
            path = Path(file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents[file.object])
        return load_exercises(Path(folder))


def _is_needed(file: GitFile) -> bool:
    path = PurePosixPath(file.path)
    is_inside = not path.is_absolute() and ".." not in path.parts
    return is_inside and path.name in _FILES and file.mode in REGULAR_FILES and file.size <= _MOST_BYTES
