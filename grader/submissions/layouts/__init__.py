"""The ways in which submissions come, one file for each; `choose` finds out which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePath

from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.submissions.layouts import (
    blackboard,
    brightspace,
    canvas,
    files,
    folders,
    gradescope,
    moodle,
    nbgrader,
    repositories,
)
from grader.submissions.layouts.layout import Layout
from grader.submissions.owner import is_solution
from grader.submissions.upload import Container, ContainerEntry

_TOLD_BY_NAME = (brightspace.LAYOUT, blackboard.LAYOUT, moodle.LAYOUT, canvas.LAYOUT)
_ALL = (folders.LAYOUT, files.LAYOUT, *_TOLD_BY_NAME, gradescope.LAYOUT, repositories.LAYOUT, nbgrader.LAYOUT)

LAYOUTS = {layout.name: layout for layout in _ALL}

_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_SUBMITTED = "submitted"
_ENOUGH = 20  # so many entries show what layout it is


def choose(box: Container, exercises: Sequence[Exercise], name: str = "auto") -> tuple[Container, Layout]:
    """The layout, and the box it begins in: exports are often wrapped in one folder. Raises UsageError for a wrong name."""
    if name != "auto" and name not in LAYOUTS:
        near = get_close_matches(name, LAYOUTS, 1)
        meant = f"did you mean {near[0]}?" if near else f"choose auto, {', '.join(LAYOUTS)}."
        raise UsageError(f"`--layout {name}` is not known: {meant}")
    box = _unwrapped(box, exercises)
    return box, LAYOUTS.get(name) or _told(box, exercises) or folders.LAYOUT


def is_handed_in(entry: ContainerEntry) -> bool:
    """Is it something that a person may have handed in, and not a list or a page beside it?"""
    return bool(entry.is_folder or entry.problem or is_solution(entry.name) or is_archive(entry.name))


def is_archive(name: str) -> bool:
    return name.lower().endswith(_ARCHIVES)


def _unwrapped(box: Container, exercises: Sequence[Exercise]) -> Container:
    """Go into the only folder there is, if that holds an export and not the work of one student."""
    inner = [entry for entry in box.entries() if is_handed_in(entry)]
    if any(entry.name == _SUBMITTED and entry.is_folder for entry in inner):
        return box.inside(_SUBMITTED)
    folders_inside = [entry for entry in inner if entry.is_folder]
    if len(folders_inside) != 1 or any(not entry.problem for entry in inner if not entry.is_folder) or _told(box, exercises):
        return box
    wrapped = box.inside(folders_inside[0].name)
    return _unwrapped(wrapped, exercises) if _is_export(wrapped, exercises) else box


def _is_export(box: Container, exercises: Sequence[Exercise]) -> bool:
    """Is it the work of several, and not the folder of one student?"""
    found = _told(box, exercises)
    if found is files.LAYOUT:
        whose = found.look(box, exercises)
        pieces = [(entry, piece) for entry in box.entries() if (piece := whose(entry))]
        return any(piece.exercise and piece.student != PurePath(entry.name).stem for entry, piece in pieces)
    return found is not None or len([entry for entry in box.entries() if entry.is_folder]) > 1


def _told(box: Container, exercises: Sequence[Exercise]) -> Layout | None:
    """The layout that the names in it tell of; None if they tell nothing."""
    if box.has(gradescope.METADATA):
        return gradescope.LAYOUT
    entries = list(islice((entry for entry in box.entries() if is_handed_in(entry) and not entry.problem), _ENOUGH))
    for layout in _TOLD_BY_NAME:
        if _fits(layout, box, exercises, entries):
            return layout
    if box.name == _SUBMITTED or any(_has_timestamp(box, entry) for entry in entries):
        return nbgrader.LAYOUT
    if any(entry.is_folder and box.has(entry.name, ".git") for entry in entries):
        return repositories.LAYOUT
    return files.LAYOUT if _fits(files.LAYOUT, box, exercises, entries) else None


def _fits(layout: Layout, box: Container, exercises: Sequence[Exercise], entries: Sequence[ContainerEntry]) -> bool:
    """At least half of what is there is named as this layout names it."""
    whose = layout.look(box, exercises)
    return 2 * sum(whose(entry) is not None for entry in entries) >= max(1, len(entries))


def _has_timestamp(box: Container, entry: ContainerEntry) -> bool:
    """As nbgrader writes it beside each assignment of a student."""
    if not entry.is_folder:
        return False
    try:
        inner = box.inside(entry.name)
    except OSError:
        return False
    return any(each.is_folder and inner.has(each.name, "timestamp.txt") for each in inner.entries())
