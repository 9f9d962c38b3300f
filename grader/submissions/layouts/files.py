"""Single files: `jdoe_gradients_pile_up.py`, the student in front; where only one exercise is graded, `jdoe.py`.

Files and folders with no student in their name, `gradients_pile_up.py` or `core/`, are together the work of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from grader.records.exercise import Exercise
from grader.submissions.layouts.layout import Layout, Piece, Whose, known
from grader.submissions.owner import is_solution, owner_of
from grader.submissions.upload import Container, ContainerEntry

_BETWEEN = "_-. "


def _look(box: Container, exercises: Sequence[Exercise]) -> Whose:
    tracks = {exercise.track for exercise in exercises}

    def whose(entry: ContainerEntry) -> Piece | None:
        if entry.is_folder:
            return Piece(box.name, known(id=box.name)) if entry.name in tracks else None
        if not is_solution(entry.name):
            return None
        if owner_of((entry.name,), exercises):
            return Piece(box.name, known(id=box.name))
        stem = PurePath(entry.name).stem
        student, exercise = _split(stem, exercises)
        if not student and len(exercises) == 1:
            student, exercise = stem, exercises[0].id
        return Piece(student, known(id=student), exercise=exercise) if student else None

    return whose


def _split(stem: str, exercises: Sequence[Exercise]) -> tuple[str, str]:
    """The student and the exercise in `jdoe_gradients_pile_up` or `jdoe_core_gradients_pile_up`, or two empty texts."""
    endings = {}
    for exercise in exercises:
        slug = PurePath(exercise.solution_path).stem
        endings[f"{exercise.track}_{slug}"] = exercise.id
        endings[slug] = "" if slug in endings else exercise.id
    for ending in sorted(endings, key=len, reverse=True):
        student = stem[: -len(ending)]
        if stem.lower().endswith(ending.lower()) and student.strip(_BETWEEN) and student[-1] in _BETWEEN:
            return (student.strip(_BETWEEN), endings[ending]) if endings[ending] else ("", "")
    return "", ""


LAYOUT = Layout("files", "a file for each student", _look)
