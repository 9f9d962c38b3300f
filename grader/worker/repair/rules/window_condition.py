"""A step of a window at the wrong pass: `i % 2 == 0` for `(i + 1) % 2 == 0`, and the last, shorter window is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, Proposal
from grader.worker.repair.student_file import Statement, StudentFile

_CAUSES = ("off-by-one", "leftover-dropped")


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Other tests of the remainder, with and without the last pass."""
    for each in file.statements:
        if not isinstance(each.node, ast.If):
            continue
        test = each.node.test
        for part in ast.walk(test):
            match part:
                case ast.Compare(left=ast.BinOp(left=left, op=ast.Mod(), right=size), comparators=[ast.Constant()]) as compared:
                    yield from _others(file, each, test, compared, left, size)


def _others(
    file: StudentFile, statement: Statement, test: ast.expr, compared: ast.Compare, left: ast.expr, size: ast.expr
) -> Iterator[Proposal]:
    counter = next((part.id for part in ast.walk(left) if isinstance(part, ast.Name)), "")
    if not counter:
        return
    by = file.source(size)
    starts_at_one, over = _counting(file, statement, counter)
    forms = [f"({counter} + 1) % {by} == 0", f"{counter} % {by} == 0", f"{counter} % {by} == {by} - 1"]
    last = f"{counter} == len({over})" if starts_at_one else f"{counter} + 1 == len({over})"
    now = file.source(compared)
    for form in [now, *forms]:
        if form != now:
            yield Proposal((file.replace(compared, form),), "other-window", _CAUSES, LIKELY)
        if over and compared is test:
            yield Proposal((file.replace(test, f"{form} or {last}"),), "other-window", _CAUSES, LIKELY)


def _counting(file: StudentFile, statement: Statement, counter: str) -> tuple[bool, str]:
    """Whether the counter of the loop starts at 1, and what the loop goes over."""
    loop = file.inside(statement, ast.For)
    match loop.node if loop is not None else None:
        case ast.For(iter=ast.Call(func=ast.Name(id="enumerate"), args=[over, *start], keywords=keywords)):
            values = [*start, *(keyword.value for keyword in keywords)]
            return bool(values) and file.source(values[0]) == "1", file.source(over)
        case ast.For(target=ast.Name(id=name), iter=ast.Name() as over):
            return counter != name, file.source(over)
    return False, ""
