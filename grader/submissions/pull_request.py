"""What a pull request hands in: the solutions that differ between two commits, read from git's objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from grader.records.exercise import Exercise
from grader.records.submission import SolutionFile, Stray, Submission
from grader.submissions.git import LINK, PLAIN_FILES, SUBMODULE, File, Repository
from grader.submissions.owner import is_solution, nearest, owner_of
from grader.submissions.read import most_bytes, solution, too_large

_LARGE_FILE = b"version https://git-lfs.github.com/spec/"
_WORKFLOWS = (".github/", ".gitlab-ci.yml", "action.yml")
_GRADER = "grader/"
_MOST_PATHS = 5
_MOST_STRAYS = 100
_LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class PullRequest:
    """`changed` are the ids of the exercises whose solutions differ, `deleted` those of them that are no longer there.

    `submission` holds the solution of every exercise; `notes` say what people have to know about this pull request.
    """

    submission: Submission
    changed: tuple[str, ...]
    deleted: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the course lies in the repository, with `/` and without one at the end; `.` is the repository itself."""

    exercises: str = "exercises"
    solutions: str = "solutions"


def read_pull_request(
    repository: Repository, old: str, head: str, exercises: Sequence[Exercise], folders: Folders, brings_grader: bool = False
) -> PullRequest:
    """What the commit `head` changes of the commit `old`. Nobody's mistake in it raises anything.

    `brings_grader`: the folder `grader` of the repository may be what grades.
    """

    @cache
    def owner(path: str) -> Exercise | None:
        return owner_of(path.split("/"), exercises)

    paths = repository.changed(old, head)
    files = list(repository.files(head, folders.solutions))
    incoming = [path for path in paths if _is_handed_in(path, folders.solutions)]
    changed = {found.id for path in incoming if (found := owner(path))}
    owned = _owned(files, owner, exercises, folders.solutions)
    deleted = [exercise.id for exercise in exercises if exercise.id in changed - set(owned)]
    strays = [path for path in incoming if owner(path) is None]
    notes = [
        *_edits(paths, folders.exercises, brings_grader),
        *_not_read(files, exercises),
        *_too_many(strays),
        *(f"The solution of {name} was deleted or renamed: there is nothing to grade for it." for name in deleted),
    ]
    return PullRequest(
        Submission("pull request", _solutions(repository, owned, files), tuple(_strays(strays, files, exercises))),
        tuple(exercise.id for exercise in exercises if exercise.id in changed),
        tuple(deleted),
        tuple(notes),
    )


def _is_handed_in(path: str, folder: str) -> bool:
    is_hidden = any(part.startswith(".") for part in path.split("/"))
    return is_solution(path) and not is_hidden and (folder == "." or path.startswith(f"{folder}/"))


def _owned(
    files: Sequence[File], owner: Callable[[str], Exercise | None], exercises: Sequence[Exercise], folder: str
) -> dict[str, list[File]]:
    """The files of each exercise; the one where it belongs makes the others void."""
    found: dict[str, list[File]] = {}
    for file in files:
        exercise = owner(file.path) if _is_handed_in(file.path, folder) else None
        if exercise is not None:
            found.setdefault(exercise.id, []).append(file)
    for exercise in exercises:
        place = exercise.solution_path if folder == "." else f"{folder}/{exercise.solution_path}"
        at_its_place = [file for file in found.get(exercise.id, ()) if file.path == place]
        if at_its_place:
            found[exercise.id] = at_its_place
    return found


def _solutions(repository: Repository, owned: Mapping[str, Sequence[File]], files: Sequence[File]) -> dict[str, SolutionFile]:
    single = {name: found[0] for name, found in owned.items() if len(found) == 1}
    texts = repository.contents([file for file in single.values() if not _problem(file)])
    solutions = {name: _solution(file, texts.get(file.object, b""), files) for name, file in single.items()}
    for name, found in owned.items():
        if name not in solutions:
            reason = f"It is one of {len(found)} files for {name}: {_some([file.path for file in found])}. Keep one."
            solutions[name] = SolutionFile(found[0].path, None, reason)
    return solutions


def _solution(file: File, content: bytes, files: Sequence[File]) -> SolutionFile:
    problem = _problem(file)
    if not problem and content.startswith(_LARGE_FILE):
        problem = "It is kept in Git LFS, and only a pointer to it is here: add the file itself to git."
    if problem:
        return SolutionFile(file.path, None, problem)
    folder = file.path.rpartition("/")[0]
    beside = [name for other in files for place, _, name in [other.path.rpartition("/")] if place == folder]
    return solution(file.path, content, [name for name in beside if name.endswith(".py")])


def _problem(file: File) -> str:
    """Why the content is not even asked for."""
    if file.mode == LINK:
        return "It is a link: put the file itself here."
    if file.mode not in PLAIN_FILES:
        return "It is a submodule, and nothing in one is read: put the file itself here."
    name, most = file.path.rpartition("/")[2], most_bytes(file.path)
    return str(too_large(name, file.size, most)) if file.size > most else ""


def _strays(paths: Sequence[str], files: Sequence[File], exercises: Sequence[Exercise]) -> Iterator[Stray]:
    there = {file.path for file in files}
    for path in paths[:_MOST_STRAYS]:
        if path in there:
            yield Stray(path, nearest(path.split("/"), exercises))


def _too_many(strays: Sequence[str]) -> Iterator[str]:
    if len(strays) > _MOST_STRAYS:
        yield f"{len(strays)} files of this pull request fit no exercise; the first {_MOST_STRAYS} are named."


def _edits(paths: Sequence[str], exercises: str, brings_grader: bool) -> Iterator[str]:
    """What people have to know if more than solutions is edited."""
    ignored = (f"{exercises}/",) if brings_grader else (f"{exercises}/", _GRADER)
    obeyed = (*_WORKFLOWS, _GRADER) if brings_grader else _WORKFLOWS
    without_effect = [path for path in paths if path.startswith(ignored)]
    with_effect = [path for path in paths if path.startswith(obeyed)]
    if without_effect:
        edits = f"This pull request edits {_some(without_effect)}."
        yield f"{edits} That changed no mark: the exercises are the base's, and the grader is not the pull request's."
    if with_effect:
        edits = f"This pull request edits {_some(with_effect)},"
        yield f"{edits} and may have changed how it is graded: read that before you trust it."


def _not_read(files: Sequence[File], exercises: Sequence[Exercise]) -> Iterator[str]:
    """Links and submodules that stand where a folder of solutions may have been meant."""
    for mode, what in ((SUBMODULE, "a submodule"), (LINK, "a link")):
        found = [file.path for file in files if file.mode == mode and owner_of(file.path.split("/"), exercises) is None]
        if found:
            yield f"Nothing was read of {_some(found)}: what is {what} has to be put there itself."


def _some(paths: Collection[str]) -> str:
    more = f" and {len(paths) - _MOST_PATHS} more" if len(paths) > _MOST_PATHS else ""
    return ", ".join(path[:_LONGEST_PATH].replace("\n", "\\n") for path in list(paths)[:_MOST_PATHS]) + more
