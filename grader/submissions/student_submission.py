"""Makes the `Submission` of one student from entries of an export: the newest attempt, with archives opened."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.records.exercise import Exercise
from grader.records.submission import UNCERTAIN_OWNER, SolutionFile, Stray, Submission
from grader.submissions.allowance import Allowance
from grader.submissions.archive_container import MOST_ARCHIVE_BYTES, most_members, open_archive
from grader.submissions.container import MOST_FILES, Container, ContainerEntry, OverLimit, Unreadable, Upload
from grader.submissions.layouts.choose import is_archive
from grader.submissions.layouts.layout import Layout, StudentEntry
from grader.submissions.match_exercise import (
    exercises_by_words,
    is_solution_name,
    match_exercise,
    match_words,
    nearest_solution_path,
    without_copy_number,
)
from grader.submissions.owners import Owner
from grader.submissions.read import most_bytes, solution_of_bytes

_MOST_UNMATCHED = 50


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A file that can be a solution. `parts` is its path as the student knows it."""

    parts: tuple[str, ...]
    upload: Upload
    upload_number: int = 0

    @property
    def path(self) -> str:
        return "/".join(self.parts)


@dataclass(slots=True)
class _FoundFiles:
    """The candidates of each exercise, those that match no exercise, and the paths of archives of unsupported formats."""

    by_exercise: dict[str, list[_Candidate]] = field(default_factory=dict)
    unmatched: list[_Candidate] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)


def student_submission(
    owner: Owner,
    container: Container,
    layout: Layout,
    exercises: Sequence[Exercise],
    graded: Sequence[Exercise],
) -> Submission:
    """The submission in these entries. Raises nothing: its `problem` and its notes say what is wrong."""
    name, first = owner.name, owner.entries[0]
    student_entries = [(entry, found) for entry, found in owner.found if found is not None]
    details = {"layout": layout.name, "received": first.name}
    if owner.doubt:
        details["owner"] = UNCERTAIN_OWNER
    if not student_entries:
        return Submission(name, {}, problem=first.problem or _no_student(layout), details=details)
    newest, notes = _newest_attempt(student_entries)
    notes = [owner.doubt, *notes] if owner.doubt else notes
    details["received"] = newest[0][0].name
    for _, found in newest:
        details |= found.details
    if "late" in details:
        notes.append("Submitted late.")
    allowance = Allowance()
    try:
        files = _find_files(newest, container, exercises, allowance)
        notes += dict.fromkeys(found.skip_reason for _, found in newest if found.skip_reason)
        return _submission(name, files, exercises, graded, details, notes, allowance)
    except (Unreadable, OverLimit) as reason:
        return Submission(name, {}, problem=str(reason), details=details, notes=tuple(notes))


def _no_student(layout: Layout) -> str:
    return f"Its name contains no student (layout {layout.name}, {layout.title}). Rename it, or use another `--layout`."


def _newest_attempt(
    entries: Sequence[tuple[ContainerEntry, StudentEntry]],
) -> tuple[list[tuple[ContainerEntry, StudentEntry]], list[str]]:
    """The entries of the newest attempt, and a note about the older ones."""
    newest = max(found.attempt for _, found in entries)
    chosen = [each for each in entries if each[1].attempt == newest]
    dates = {found.attempt: found.attempt_date for _, found in entries if not found.skip_reason}
    older = [date for attempt, date in sorted(dates.items()) if attempt != newest]
    if not older:
        return chosen, []
    return chosen, [f"Graded the newest of {len(dates)} attempts ({dates[newest]}). Not graded: {', '.join(older)}."]


def _find_files(
    entries: Sequence[tuple[ContainerEntry, StudentEntry]],
    container: Container,
    exercises: Sequence[Exercise],
    allowance: Allowance,
) -> _FoundFiles:
    """Every file in these entries, by exercise. Raises Unreadable and OverLimit."""
    files = _FoundFiles()
    for entry, found in entries:
        if entry.problem:
            raise Unreadable(entry.problem)
        for candidate in () if found.skip_reason else _candidates(entry, found, container, allowance):
            exercise = found.exercise or _exercise_id(candidate.parts, exercises)
            if exercise:
                files.by_exercise.setdefault(exercise, []).append(candidate)
            elif is_solution_name(candidate.parts[-1]):
                files.unmatched.append(candidate)
            elif is_archive(candidate.parts[-1]):
                files.unopened.append(candidate.path)
    return files


def _candidates(entry: ContainerEntry, found: StudentEntry, container: Container, allowance: Allowance) -> Iterator[_Candidate]:
    for upload in container.files(entry):
        allowance.take_files(1)
        parts = (found.file,) if found.file and not entry.is_folder else upload.parts
        if parts[: len(found.below)] != found.below:
            continue
        if parts[-1].lower().endswith(".zip"):
            yield from _candidates_in_archive(parts, upload, found.upload_number, allowance)
        else:
            yield _Candidate((entry.name, *parts) if entry.is_folder else parts, upload, found.upload_number)


def _candidates_in_archive(
    parts: tuple[str, ...], upload: Upload, upload_number: int, allowance: Allowance
) -> Iterator[_Candidate]:
    """The files in a student's archive. An archive inside it is refused. Raises Unreadable and OverLimit."""
    try:
        file = io.BytesIO(allowance.read(upload, MOST_ARCHIVE_BYTES))
        members = most_members(file)
        if members <= MOST_FILES:
            allowance.take_files(members)
        archive = open_archive(parts[-1], file, members=members)
        for inner in archive.all_files():
            if inner.name.lower().endswith(".zip"):
                raise Unreadable(
                    f"It is an archive that contains another archive ({inner.name[:100]!a}). Put the files into one archive."
                )
            yield _Candidate((*parts, *inner.parts), inner, upload_number)
    except Unreadable as reason:
        raise Unreadable(f"{parts[-1]}: {reason}") from None


def _exercise_id(parts: Sequence[str], exercises: Sequence[Exercise]) -> str:
    if not is_solution_name(parts[-1]):
        return ""
    found = match_exercise(parts, exercises) or match_exercise((*parts[:-1], without_copy_number(parts[-1])), exercises)
    return found.id if found else ""


def _submission(
    name: str,
    files: _FoundFiles,
    exercises: Sequence[Exercise],
    graded: Sequence[Exercise],
    details: dict[str, str],
    notes: list[str],
    allowance: Allowance,
) -> Submission:
    by_exercise, unmatched, unopened = files.by_exercise, files.unmatched, files.unopened
    if not by_exercise and unopened:
        problem = f"{unopened[0]}: only zip archives are opened. Ask the student for a zip archive, or for the files."
        return Submission(name, {}, problem=problem, details=details, notes=tuple(notes))
    if len(graded) == 1 and not by_exercise and len(unmatched) == 1:
        only = unmatched.pop()
        by_exercise[graded[0].id] = [only]
        notes.append(f"{only.path} was graded as {graded[0].id} because it is the only file.")
    unmatched = _matched_by_words(unmatched, by_exercise, exercises, graded, notes)
    notes += [f"{path} was not opened: only zip archives are opened." for path in unopened]
    if len(unmatched) > _MOST_UNMATCHED:
        notes.append(f"{len(unmatched) - _MOST_UNMATCHED:,} more files belong to no exercise.")
    folders = _python_files_by_folder(files)
    solutions = {
        each.id: _solution(each.id, by_exercise[each.id], folders, notes, allowance) for each in graded if each.id in by_exercise
    }
    strays = tuple(Stray(each.path, nearest_solution_path(each.parts, exercises)) for each in unmatched[:_MOST_UNMATCHED])
    if not solutions and not strays:
        notes.append("The submission contains no .py or .ipynb file for these exercises.")
    return Submission(name, solutions, strays, details=details, notes=tuple(notes))


def _matched_by_words(
    unmatched: Sequence[_Candidate],
    by_exercise: dict[str, list[_Candidate]],
    exercises: Sequence[Exercise],
    graded: Sequence[Exercise],
    notes: list[str],
) -> list[_Candidate]:
    """Give the exercises without a file those whose names differ only in `-`, blanks and the like. Returns the others."""
    missing = {exercise.id: exercise for exercise in graded if exercise.id not in by_exercise}
    if not missing:
        return list(unmatched)
    rest, by_words = [], exercises_by_words(exercises)
    for candidate in unmatched:
        found = match_words((*candidate.parts[:-1], without_copy_number(candidate.parts[-1])), by_words)
        if found is None or found.id not in missing:
            rest.append(candidate)
            continue
        by_exercise.setdefault(found.id, []).append(candidate)
        notes.append(f"{candidate.path} was graded as {found.id}. The name of its file is {found.solution_path}.")
    return rest


def _python_files_by_folder(files: _FoundFiles) -> dict[tuple[str, ...], list[str]]:
    folders: dict[tuple[str, ...], list[str]] = {}
    for candidate in (*files.unmatched, *(each for found in files.by_exercise.values() for each in found)):
        if candidate.parts[-1].lower().endswith(".py"):
            folders.setdefault(candidate.parts[:-1], []).append(candidate.parts[-1])
    return folders


def _solution(
    exercise: str,
    candidates: Sequence[_Candidate],
    python_files: dict[tuple[str, ...], list[str]],
    notes: list[str],
    allowance: Allowance,
) -> SolutionFile:
    """The file to grade for an exercise: the last upload if the platform numbers them. Several last ones are a problem.

    Raises OverLimit.
    """
    newest = max(candidate.upload_number for candidate in candidates)
    last = sorted((each for each in candidates if each.upload_number == newest), key=lambda each: each.path)
    if len(last) > 1:
        paths = " and ".join(each.path for each in last[:3])
        problem = f"There are {len(last)} files for {exercise}: {paths}. Ask the student which one to grade."
        return SolutionFile(last[0].path, None, problem)
    file = last[0]
    if len(candidates) > 1:
        older = ", ".join(each.path for each in candidates if each is not file)
        notes.append(f"Graded {file.path}, the last upload for {exercise}. Not graded: {older}.")
    try:
        content = allowance.read(file.upload, most_bytes(file.parts[-1]))
    except Unreadable as reason:
        return SolutionFile(file.path, None, str(reason))
    solution = solution_of_bytes(file.path, content, python_files.get(file.parts[:-1], []))
    allowance.take_lines(len(solution.cells))
    return solution
