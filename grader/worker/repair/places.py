"""The places of a file where a statement can be inserted."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from grader.worker.repair.proposals import TextChange
from grader.worker.repair.student_file import Statement, StudentFile


@dataclass(frozen=True, eq=False, slots=True)
class InsertionPlace:
    """Before a statement, or behind the last one of a block."""

    function: Statement
    before: Statement | None
    after: Statement | None

    @property
    def beside(self) -> Statement:
        place = self.before or self.after
        assert place is not None
        return place

    @property
    def line(self) -> int:
        return self.before.first if self.before else self.beside.last + 1

    def insert(self, file: StudentFile, lines: Sequence[str]) -> TextChange:
        """The change that inserts these lines here."""
        return file.insert(lines, before=self.before, after=self.after)


def insertion_places(file: StudentFile) -> list[InsertionPlace]:
    """All of them, in the order of the text. Nothing is inserted behind `return`, nor before a docstring."""
    found: list[InsertionPlace] = []
    for each in file.movable:
        function = file.inside(each, ast.FunctionDef)
        if function is None or not each.block or isinstance(each.node, ast.FunctionDef):
            continue
        is_docstring = isinstance(each.node, ast.Expr) and isinstance(each.node.value, ast.Constant)
        if not is_docstring:
            found.append(InsertionPlace(function, each, None))
        is_end = isinstance(each.node, ast.Return | ast.Continue | ast.Break | ast.Raise | ast.Pass)
        if each.index == len(each.block) - 1 and not is_end:
            found.append(InsertionPlace(function, None, each))
    return sorted(found, key=lambda place: (place.line, -len(file.indentation(place.beside))))
