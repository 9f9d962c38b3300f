"""What the trace asks for: the insertions, deletions, moves and replacements of the hints, as they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from grader.worker.repair.proposals import SIGN, Proposal, TextChange
from grader.worker.repair.student_file import Statement, StudentFile

_FIRST = SIGN + 1


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """One for each hint whose lines are statements of the file; the student's names stand in place of the exercise's."""
    for want in file.hints.get("want", ()):
        changes = _changes(file, want)
        if changes:
            causes = tuple(want.get("causes", ()))
            yield Proposal(changes, f"{want['edit']}-{want['verb']}", causes, _FIRST)


def _changes(file: StudentFile, want: Mapping[str, Any]) -> tuple[TextChange, ...]:
    edit, texts = want["edit"], [file.renamed(each) for each in want.get("text", ())]
    statement = _at(file, want.get("line"))
    place = _at(file, want.get("before_line") or want.get("after_line"))
    if edit in ("delete", "move", "replace") and statement is None:
        return ()
    if edit == "delete" and statement is not None:
        return (file.delete(statement),)
    if edit == "replace" and statement is not None:
        return (file.replace(statement.node, ("\n" + file.indentation(statement)).join(texts)),)
    if place is None or place is statement:
        return ()
    if edit == "move" and statement is not None:
        texts = file.lines_of(statement)
    side = {"before": place} if want.get("before_line") else {"after": place}
    insertion = file.insert(texts, **side)
    return (file.delete(statement), insertion) if edit == "move" and statement is not None else (insertion,)


def _at(file: StudentFile, line: int | None) -> Statement | None:
    """The innermost statement on a line, if it has its lines for itself and stands in a function."""
    found = [each for each in file.movable if line is not None and each.first <= line <= each.last]
    found = [each for each in found if not isinstance(each.node, ast.FunctionDef)]
    return found[-1] if found else None
