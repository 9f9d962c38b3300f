"""Reads the submission of a pull request: the solutions that differ between two commits, from the objects of git."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from grader.records.exercise import Exercise
from grader.records.submission import SolutionFile, Stray, Submission
from grader.submissions.container import LINK_PROBLEM
from grader.submissions.git import LINK, REGULAR_FILES, SUBMODULE, GitFile, Repository
from grader.submissions.match_exercise import is_solution_name, match_exercise, nearest_solution_path
from grader.submissions.read import most_bytes, solution_of_bytes, too_large

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_CI_FILES = (".github/", ".gitlab-ci.yml", "action.yml")
_GRADER = "grader/"
_MOST_LISTED_PATHS = 5
_MOST_UNMATCHED = 100
_MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class PullRequest:
    """`changed` are the ids of the exercises whose solutions differ; `deleted` are those of them that have no file any more.

    `submission` has the solutions of all exercises. `notes` are what readers must know about this pull request.
    """

    submission: Submission
    changed: tuple[str, ...]
    deleted: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepositoryFolders:
    """The folders of the course in the repository, with `/` and without a final `/`. `.` is the root of the repository."""

    exercises: str = "exercises"
    solutions: str = "solutions"


def read_pull_request(
    repository: Repository,
    old: str,
    head: str,
    exercises: Sequence[Exercise],
    folders: RepositoryFolders,
    brings_grader: bool = False,
) -> PullRequest:
    """The changes between the commits `old` and `head`. A mistake in a solution raises nothing.

    `brings_grader`: the grader that runs may be the folder `grader` of the repository.
    """

    @cache
    def exercise_of(path: str) -> Exercise | None:
        return match_exercise(path.split("/"), exercises)

    paths = repository.changed(old, head)
    files = list(repository.files(head, folders.solutions))
    submitted = [path for path in paths if _is_submitted(path, folders.solutions)]
    changed = {found.id for path in submitted if (found := exercise_of(path))}
    by_exercise = _files_by_exercise(files, exercise_of, exercises, folders.solutions)
    deleted = [exercise.id for exercise in exercises if exercise.id in changed - set(by_exercise)]
    unmatched = [path for path in submitted if exercise_of(path) is None]
    notes = [
        *_edit_notes(paths, folders.exercises, brings_grader),
        *_not_read_notes(files, exercises),
        *_too_many_note(unmatched),
        *(f"The solution of {name} was deleted or renamed, so this exercise was not graded." for name in deleted),
    ]
    return PullRequest(
        Submission(
            "pull request", _solutions(repository, by_exercise, files), tuple(_unmatched_files(unmatched, files, exercises))
        ),
        tuple(exercise.id for exercise in exercises if exercise.id in changed),
        tuple(deleted),
        tuple(notes),
    )


def _is_submitted(path: str, folder: str) -> bool:
    is_hidden = any(part.startswith(".") for part in path.split("/"))
    return is_solution_name(path) and not is_hidden and (folder == "." or path.startswith(f"{folder}/"))


def _files_by_exercise(
    files: Sequence[GitFile], exercise_of: Callable[[str], Exercise | None], exercises: Sequence[Exercise], folder: str
) -> dict[str, list[GitFile]]:
    """The files of each exercise. If one has the expected path, only this one."""
    found: dict[str, list[GitFile]] = {}
    for file in files:
        exercise = exercise_of(file.path) if _is_submitted(file.path, folder) else None
        if exercise is not None:
            found.setdefault(exercise.id, []).append(file)
    for exercise in exercises:
        place = exercise.solution_path if folder == "." else f"{folder}/{exercise.solution_path}"
        expected = [file for file in found.get(exercise.id, ()) if file.path == place]
        if expected:
            found[exercise.id] = expected
    return found


def _solutions(
    repository: Repository, by_exercise: Mapping[str, Sequence[GitFile]], files: Sequence[GitFile]
) -> dict[str, SolutionFile]:
    single = {name: found[0] for name, found in by_exercise.items() if len(found) == 1}
    texts = repository.contents([file for file in single.values() if not _problem(file)])
    solutions = {name: _solution(file, texts.get(file.object, b""), files) for name, file in single.items()}
    for name, found in by_exercise.items():
        if name not in solutions:
            reason = f"There are {len(found)} files for {name}: {_listed([file.path for file in found])}. Keep one of them."
            solutions[name] = SolutionFile(found[0].path, None, reason)
    return solutions


def _solution(file: GitFile, content: bytes, files: Sequence[GitFile]) -> SolutionFile:
    problem = _problem(file)
    if not problem and content.startswith(_LFS_POINTER):
        problem = "It is stored in Git LFS, and the repository has only a pointer to it. Add the file itself to git."
    if problem:
        return SolutionFile(file.path, None, problem)
    folder = file.path.rpartition("/")[0]
    python_files = [
        name for other in files for place, _, name in [other.path.rpartition("/")] if place == folder and name.endswith(".py")
    ]
    return solution_of_bytes(file.path, content, python_files)


def _problem(file: GitFile) -> str:
    """Why the content must not be read, or ""."""
    if file.mode == LINK:
        return LINK_PROBLEM
    if file.mode not in REGULAR_FILES:
        return "It is a submodule, which is not read. Submit the file itself."
    name, most = file.path.rpartition("/")[2], most_bytes(file.path)
    return str(too_large(name, file.size, most)) if file.size > most else ""


def _unmatched_files(paths: Sequence[str], files: Sequence[GitFile], exercises: Sequence[Exercise]) -> Iterator[Stray]:
    existing = {file.path for file in files}
    for path in paths[:_MOST_UNMATCHED]:
        if path in existing:
            yield Stray(path, nearest_solution_path(path.split("/"), exercises))


def _too_many_note(unmatched: Sequence[str]) -> Iterator[str]:
    if len(unmatched) > _MOST_UNMATCHED:
        yield f"{len(unmatched)} files of this pull request belong to no exercise. The report lists the first {_MOST_UNMATCHED}."


def _edit_notes(paths: Sequence[str], exercises: str, brings_grader: bool) -> Iterator[str]:
    """Notes about edits of other files than solutions."""
    ignored = (f"{exercises}/",) if brings_grader else (f"{exercises}/", _GRADER)
    obeyed = (*_CI_FILES, _GRADER) if brings_grader else _CI_FILES
    without_effect = [path for path in paths if path.startswith(ignored)]
    with_effect = [path for path in paths if path.startswith(obeyed)]
    if without_effect:
        edits = f"This pull request edits {_listed(without_effect)}."
        yield f"{edits} These edits changed no score: the exercises and the grader are not taken from the pull request."
    if with_effect:
        edits = f"This pull request edits {_listed(with_effect)}."
        yield f"{edits} These edits may have changed how it is graded. Review them before you trust the scores."


def _not_read_notes(files: Sequence[GitFile], exercises: Sequence[Exercise]) -> Iterator[str]:
    """Notes about links and submodules, which may replace a folder of solutions."""
    for mode, reason in ((SUBMODULE, "Submodules are not read"), (LINK, "Links are not followed")):
        found = [file.path for file in files if file.mode == mode and match_exercise(file.path.split("/"), exercises) is None]
        if found:
            yield f"{reason}: {_listed(found)}. Submit the files themselves."


def _listed(paths: Collection[str]) -> str:
    more = f" and {len(paths) - _MOST_LISTED_PATHS} more" if len(paths) > _MOST_LISTED_PATHS else ""
    return ", ".join(path[:_MOST_LETTERS].replace("\n", "\\n") for path in list(paths)[:_MOST_LISTED_PATHS]) + more
