"""All layouts, and `choose_layout`, which recognises the layout of an export by the names in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import PurePath

from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.submissions.container import Container, ContainerEntry
from grader.submissions.layouts import blackboard, brightspace, canvas, files, folders, gradescope, moodle, nbgrader, repositories
from grader.submissions.layouts.layout import Layout
from grader.submissions.match_exercise import is_solution_name

_RECOGNISED_BY_NAMES = (brightspace.LAYOUT, blackboard.LAYOUT, moodle.LAYOUT, canvas.LAYOUT)
_ALL = (folders.LAYOUT, files.LAYOUT, *_RECOGNISED_BY_NAMES, gradescope.LAYOUT, repositories.LAYOUT, nbgrader.LAYOUT)

LAYOUTS = {layout.name: layout for layout in _ALL}

_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_SUBMITTED = "submitted"  # the folder of nbgrader
_MOST_ENTRIES = 20  # that are read to recognise a layout


def choose_layout(container: Container, exercises: Sequence[Exercise], name: str = "auto") -> tuple[Container, Layout]:
    """The layout, and the container of the entries: exports are often inside one more folder.

    Raises UsageError for an unknown name.
    """
    if name != "auto" and name not in LAYOUTS:
        near = get_close_matches(name, LAYOUTS, 1)
        fix = f"Did you mean `{near[0]}`?" if near else f"Use auto, {', '.join(LAYOUTS)}."
        raise UsageError(f"`--layout {name}`: there is no such layout. {fix}")
    container = _unwrapped(container, exercises)
    return container, LAYOUTS.get(name) or _recognised_layout(container, exercises) or folders.LAYOUT


def can_be_submission(entry: ContainerEntry) -> bool:
    """Can a student have submitted this? The other entries are lists and pages that the platform adds."""
    return bool(entry.is_folder or entry.problem or is_solution_name(entry.name) or is_archive(entry.name))


def is_archive(name: str) -> bool:
    return name.lower().endswith(_ARCHIVES)


def _unwrapped(container: Container, exercises: Sequence[Exercise]) -> Container:
    """The only folder in the container if it holds an export, and not the work of one student; else the container."""
    entries = [entry for entry in container.entries() if can_be_submission(entry)]
    if any(entry.name == _SUBMITTED and entry.is_folder for entry in entries):
        return container.inside(_SUBMITTED)
    inner_folders = [entry for entry in entries if entry.is_folder]
    has_files = any(not entry.is_folder and not entry.problem for entry in entries)
    if len(inner_folders) != 1 or has_files or _recognised_layout(container, exercises):
        return container
    inner = container.inside(inner_folders[0].name)
    return _unwrapped(inner, exercises) if _is_export(inner, exercises) else container


def _is_export(container: Container, exercises: Sequence[Exercise]) -> bool:
    """Does it hold the work of several students?"""
    layout = _recognised_layout(container, exercises)
    if layout is files.LAYOUT:
        read_entry = layout.reader_for(container, exercises)
        found = [(entry, student) for entry in container.entries() if (student := read_entry(entry))]
        return any(student.exercise and student.student != PurePath(entry.name).stem for entry, student in found)
    return layout is not None or len([entry for entry in container.entries() if entry.is_folder]) > 1


def _recognised_layout(container: Container, exercises: Sequence[Exercise]) -> Layout | None:
    submitted = [entry for entry in container.entries() if can_be_submission(entry) and not entry.problem]
    if container.has(gradescope.METADATA) and _fits(gradescope.LAYOUT, container, exercises, submitted):
        return gradescope.LAYOUT
    # All names count, and the best layout: one student may have submitted many files with the names of another platform.
    fitting = [(_count_fitting(layout, container, exercises, submitted), layout) for layout in _RECOGNISED_BY_NAMES]
    count, best = max(fitting, key=lambda each: each[0])
    if _are_enough(count, submitted):
        return best
    entries = submitted[:_MOST_ENTRIES]
    if container.name == _SUBMITTED or _most(_has_timestamp(container, entry) for entry in entries):
        return nbgrader.LAYOUT
    if _most(entry.is_folder and container.has(entry.name, ".git") for entry in entries):
        return repositories.LAYOUT
    return files.LAYOUT if _fits(files.LAYOUT, container, exercises, entries) else None


def _fits(layout: Layout, container: Container, exercises: Sequence[Exercise], entries: Sequence[ContainerEntry]) -> bool:
    return _are_enough(_count_fitting(layout, container, exercises, entries), entries)


def _are_enough(count: int, entries: Sequence[ContainerEntry]) -> bool:
    """Do at least half of the entries have a name of the layout?"""
    return 2 * count >= max(1, len(entries))


def _most(answers: Iterable[bool]) -> bool:
    """More than half of them, so that what one student submits decides nothing for the others."""
    every = list(answers)
    return 2 * sum(every) > len(every)


def _count_fitting(layout: Layout, container: Container, exercises: Sequence[Exercise], entries: Sequence[ContainerEntry]) -> int:
    read_entry = layout.reader_for(container, exercises)
    return sum(read_entry(entry) is not None for entry in entries)


def _has_timestamp(container: Container, entry: ContainerEntry) -> bool:
    """nbgrader writes a timestamp file into the folder of each assignment of a student."""
    if not entry.is_folder:
        return False
    try:
        inner = container.inside(entry.name)
    except OSError:
        return False
    return any(each.is_folder and inner.has(each.name, "timestamp.txt") for each in inner.entries())
