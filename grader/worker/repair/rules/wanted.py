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
        causes, why = tuple(want.get("causes", ())), f"{want['edit']}-{want['verb']}"
        for changes in (_changes_of_loss(file, want), _changes(file, want)):
            if changes:
                yield Proposal(changes, why, causes, _FIRST)


def _changes_of_loss(file: StudentFile, want: Mapping[str, Any]) -> tuple[TextChange, ...]:
    """`loss.backward()` stays, and what is assigned to `loss` is replaced."""
    statement, text = _at(file, want.get("line")), "\n".join(want.get("text", ()))
    if want["edit"] != "replace" or statement is None:
        return ()
    match statement.node, _parsed(text):
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="backward")) as own), ast.Expr(
            value=ast.Call(func=ast.Attribute(value=loss, attr="backward")) as right
        ) if not isinstance(loss, ast.Name) and len(own.args + own.keywords) == len(right.args + right.keywords) == 0:
            written = file.renamed(ast.get_source_segment(text, loss) or "")
            for each in reversed(file.statements):
                match each.node:
                    case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name and each.first < statement.first:
                        return (file.replace(value, written),)
    return ()


def _parsed(text: str) -> ast.stmt | None:
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return None
    return body[0] if len(body) == 1 else None


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
