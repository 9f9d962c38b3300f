"""A folder, or a zip archive, for each student, called as the student is."""

from __future__ import annotations

from grader.submissions.layouts.layout import Layout, Piece, by_name, known
from grader.submissions.upload import ContainerEntry


def _whose(entry: ContainerEntry) -> Piece | None:
    if entry.is_folder:
        return Piece(entry.name, known(id=entry.name))
    if entry.name.lower().endswith(".zip"):
        return Piece(entry.name[:-4], known(id=entry.name[:-4]))
    return None


LAYOUT = Layout("folders", "a folder for each student", by_name(_whose))
