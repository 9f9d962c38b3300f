"""Single files `jdoe_gradients_pile_up.py`: the student, then the exercise. If only one exercise is graded, also `jdoe.py`.

Files and folders without a student in their names, `gradients_pile_up.py` or `core/`, are together one submission.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from grader.records.exercise import Exercise
from grader.submissions.container import Container, ContainerEntry
from grader.submissions.layouts.layout import EntryReader, Layout, StudentEntry, without_empty
from grader.submissions.match_exercise import is_solution_name, match_exercise

_SEPARATORS = "_-. "


def _reader_for(container: Container, exercises: Sequence[Exercise]) -> EntryReader:
    tracks = {exercise.track for exercise in exercises}
    together = StudentEntry(container.name, key="/", details=without_empty(id=container.name))

    def read_entry(entry: ContainerEntry) -> StudentEntry | None:
        if entry.is_folder:
            return together if entry.name in tracks else None
        if not is_solution_name(entry.name):
            return None
        if match_exercise((entry.name,), exercises):
            return together
        stem = PurePath(entry.name).stem
        student, exercise = _student_and_exercise(stem, exercises)
        if not student and len(exercises) == 1:
            student, exercise = stem, exercises[0].id
        name = student.strip(_SEPARATORS)  # a key is exact: `ana_` and `ana` may be two people
        return StudentEntry(name, student, details=without_empty(id=name), exercise=exercise) if name else None

    return read_entry


def _student_and_exercise(stem: str, exercises: Sequence[Exercise]) -> tuple[str, str]:
    """The student and the exercise in `jdoe_gradients_pile_up` or `jdoe_core_gradients_pile_up`; both "" if there is none."""
    endings = {}
    for exercise in exercises:
        slug = PurePath(exercise.solution_path).stem
        endings[f"{exercise.track}_{slug}"] = exercise.id
        endings[slug] = "" if slug in endings else exercise.id
    for ending in sorted(endings, key=len, reverse=True):
        student = stem[: -len(ending)]
        if stem.lower().endswith(ending.lower()) and student.strip(_SEPARATORS) and student[-1] in _SEPARATORS:
            return (student[:-1], endings[ending]) if endings[ending] else ("", "")
    return "", ""


LAYOUT = Layout("files", "a file for each student", _reader_for)
