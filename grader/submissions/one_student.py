"""All that one student handed in, as a `Submission`: the newest attempt, each file with its exercise, archives opened."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.records.exercise import Exercise
from grader.records.submission import SolutionFile, Stray, Submission
from grader.submissions.archive import LARGEST_ARCHIVE, open_archive
from grader.submissions.layouts import is_archive
from grader.submissions.layouts.layout import Layout, Piece, Whose
from grader.submissions.owner import is_solution, nearest, owner_of, without_copy_number
from grader.submissions.read import most_bytes, solution
from grader.submissions.unreadable import Unreadable
from grader.submissions.upload import Container, ContainerEntry, Upload

_MOST_STRAYS = 50


@dataclass(frozen=True, slots=True)
class _File:
    """A candidate: its path as the student knows it, and the number of its upload where there is one."""

    parts: tuple[str, ...]
    handed: Upload
    upload: int = 0

    @property
    def path(self) -> str:
        return "/".join(self.parts)


@dataclass(slots=True)
class _Found:
    """What there is for each exercise, and what is for none."""

    files: dict[str, list[_File]] = field(default_factory=dict)
    strays: list[_File] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)


def one_student(
    name: str,
    entries: Sequence[ContainerEntry],
    box: Container,
    layout: Layout,
    whose: Whose,
    exercises: Sequence[Exercise],
    graded: Sequence[Exercise],
) -> Submission:
    """The submission made of these entries. Whatever is wrong with it is said in it; nothing is raised."""
    pieces = [(entry, piece) for entry in entries if (piece := whose(entry)) is not None]
    details = {"layout": layout.name, "received": entries[0].name}
    if not pieces:
        return Submission(name, {}, problem=entries[0].problem or _unknown(layout), details=details)
    chosen, notes = _newest(pieces)
    details["received"] = chosen[0][0].name
    for _, piece in chosen:
        details |= piece.details
    if "late" in details:
        notes.append("Handed in late.")
    try:
        found = _found(chosen, box, exercises)
    except Unreadable as reason:
        return Submission(name, {}, problem=str(reason), details=details, notes=tuple(notes))
    notes += dict.fromkeys(piece.unread for _, piece in chosen if piece.unread)
    return _submission(name, found, exercises, graded, details, notes)


def _unknown(layout: Layout) -> str:
    return f"Its name does not say whose it is (layout {layout.name}, {layout.title}): rename it, or name another `--layout`."


def _newest(pieces: Sequence[tuple[ContainerEntry, Piece]]) -> tuple[list[tuple[ContainerEntry, Piece]], list[str]]:
    """The pieces of the newest attempt, and what there is to say of the others."""
    newest = max(piece.attempt for _, piece in pieces)
    chosen = [each for each in pieces if each[1].attempt == newest]
    attempts = {piece.attempt: piece.said for _, piece in pieces if not piece.unread}
    older = [said for attempt, said in sorted(attempts.items()) if attempt != newest]
    if not older:
        return chosen, []
    return chosen, [f"Of {len(attempts)} attempts the newest was graded ({attempts[newest]}), not {', '.join(older)}."]


def _found(chosen: Sequence[tuple[ContainerEntry, Piece]], box: Container, exercises: Sequence[Exercise]) -> _Found:
    """Every file of these pieces with its exercise. Raises Unreadable."""
    found = _Found()
    for entry, piece in chosen:
        if entry.problem:
            raise Unreadable(entry.problem)
        for file in () if piece.unread else _files(entry, piece, box):
            exercise = piece.exercise or _exercise(file.parts, exercises)
            if exercise:
                found.files.setdefault(exercise, []).append(file)
            elif is_solution(file.parts[-1]):
                found.strays.append(file)
            elif is_archive(file.parts[-1]):
                found.unopened.append(file.path)
    return found


def _files(entry: ContainerEntry, piece: Piece, box: Container) -> Iterator[_File]:
    for handed in box.files(entry):
        parts = (piece.file,) if piece.file and not entry.is_folder else handed.parts
        if parts[: len(piece.below)] != piece.below:
            continue
        if parts[-1].lower().endswith(".zip"):
            yield from _unpacked(parts, handed, piece.upload)
        else:
            yield _File((entry.name, *parts) if entry.is_folder else parts, handed, piece.upload)


def _unpacked(parts: tuple[str, ...], handed: Upload, upload: int) -> Iterator[_File]:
    """The files in an archive that a student packed, but no archive in that."""
    try:
        archive = open_archive(parts[-1], io.BytesIO(handed.read(LARGEST_ARCHIVE)))
        for inner in archive.all_files():
            if inner.name.lower().endswith(".zip"):
                raise Unreadable(
                    f"It is an archive with another archive in it ({inner.name[:100]!a}): pack the files themselves."
                )
            yield _File((*parts, *inner.parts), inner, upload)
    except Unreadable as reason:
        raise Unreadable(f"{parts[-1]}: {reason}") from None


def _exercise(parts: Sequence[str], exercises: Sequence[Exercise]) -> str:
    if not is_solution(parts[-1]):
        return ""
    found = owner_of(parts, exercises) or owner_of((*parts[:-1], without_copy_number(parts[-1])), exercises)
    return found.id if found else ""


def _submission(
    name: str,
    found: _Found,
    exercises: Sequence[Exercise],
    graded: Sequence[Exercise],
    details: dict[str, str],
    notes: list[str],
) -> Submission:
    if not found.files and found.unopened:
        problem = f"{found.unopened[0]}: only zip archives are opened. Ask for a zip archive, or for the files themselves."
        return Submission(name, {}, problem=problem, details=details, notes=tuple(notes))
    if len(graded) == 1 and not found.files and len(found.strays) == 1:
        only = found.strays.pop()
        found.files[graded[0].id] = [only]
        notes.append(f"{only.path} was taken for {graded[0].id}: it is the only file.")
    notes += [f"{path} was not opened: only zip archives are." for path in found.unopened]
    notes += [f"{len(found.strays) - _MOST_STRAYS:,} more files belong to no exercise."] * (len(found.strays) > _MOST_STRAYS)
    beside = _beside(found)
    files = {each.id: _chosen(each.id, found.files[each.id], beside, notes) for each in graded if each.id in found.files}
    strays = tuple(Stray(each.path, nearest(each.parts, exercises)) for each in found.strays[:_MOST_STRAYS])
    if not files and not strays:
        notes.append("There is no .py or .ipynb file for these exercises in it.")
    return Submission(name, files, strays, details=details, notes=tuple(notes))


def _beside(found: _Found) -> dict[tuple[str, ...], list[str]]:
    """The Python files in each folder."""
    beside: dict[tuple[str, ...], list[str]] = {}
    for file in (*found.strays, *(each for files in found.files.values() for each in files)):
        if file.parts[-1].lower().endswith(".py"):
            beside.setdefault(file.parts[:-1], []).append(file.parts[-1])
    return beside


def _chosen(exercise: str, files: Sequence[_File], beside: dict[tuple[str, ...], list[str]], notes: list[str]) -> SolutionFile:
    """The one file for an exercise, read: the last upload of several, where the platform numbers them."""
    newest = max(file.upload for file in files)
    last = sorted((file for file in files if file.upload == newest), key=lambda file: file.path)
    if len(last) > 1:
        paths = " and ".join(file.path for file in last[:3])
        return SolutionFile(last[0].path, None, f"{len(last)} files are for {exercise}: {paths}. Ask which one counts.")
    if len(files) > 1:
        older = ", ".join(file.path for file in files if file is not last[0])
        notes.append(f"{last[0].path} was graded as the last upload for {exercise}, not {older}.")
    return _read(last[0], beside.get(last[0].parts[:-1], []))


def _read(file: _File, beside: Sequence[str]) -> SolutionFile:
    try:
        return solution(file.path, file.handed.read(most_bytes(file.parts[-1])), beside)
    except Unreadable as reason:
        return SolutionFile(file.path, None, str(reason))
