"""Lines of a right solution that differ from the student's: each run of them, and all together. The last resort."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import SequenceMatcher

from grader.worker.repair.proposals import MATERIAL, Proposal, TextChange
from grader.worker.repair.right_solution import RightSolution, right_solutions
from grader.worker.repair.student_file import StudentFile


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """For each right solution."""
    for solution in right_solutions(file):
        if file.main is not None and solution.main is not None:
            yield from _hunks(file, solution, file.main, solution.main)


def _hunks(file: StudentFile, solution: RightSolution, own: ast.FunctionDef, right: ast.FunctionDef) -> Iterator[Proposal]:
    text, imports = solution.respelled
    first, last = file.of(own.body[0]).first, file.of(own.body[-1]).last
    if not file.of(own.body[0]).has_own_lines:
        return
    body = [node for node in right.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    if not body:
        return
    right_lines = [each for each in text.split("\n")[body[0].lineno - 1 : right.body[-1].end_lineno] if each.strip()]
    right_lines = [each.replace("    ", file.indent_unit) if file.indent_unit != "    " else each for each in right_lines]
    lines = file.lines[first - 1 : last]
    matcher = SequenceMatcher(None, [_bare(each) for each in lines], [_bare(each) for each in right_lines], autojunk=False)
    changes = []
    for tag, start, end, right_start, right_end in matcher.get_opcodes():
        if tag != "equal":
            inserted = "".join(f"{each}\n" for each in right_lines[right_start:right_end])
            changes.append(TextChange(file.line_start(first + start), file.line_start(first + end), inserted))
    for change in changes:
        yield Proposal((change, *imports), "right-lines", (), MATERIAL)
    if len(changes) > 1:
        yield Proposal((*changes, *imports), "right-lines", (), MATERIAL + 5)


def _bare(line: str) -> str:
    """The line without its comment and without blanks inside."""
    code = line.split("#")[0].rstrip() if line.count('"') % 2 == 0 else line.rstrip()
    return code[: len(code) - len(code.lstrip())] + "".join(code.split())
