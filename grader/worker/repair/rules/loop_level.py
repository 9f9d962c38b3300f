"""Statements one level too deep or too shallow: the tail of a block is dedented, and what follows it is indented."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from grader.worker.repair.kinds import INTO_LOOP, OUT_OF_LOOP, kind
from grader.worker.repair.proposals import LIKELY, POSSIBLE, Proposal, TextChange
from grader.worker.repair.student_file import Statement, StudentFile

_LONGEST = 5


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """For each loop, `if` and `with`."""
    for each in file.movable:
        if not isinstance(each.node, ast.For | ast.While | ast.If | ast.With) or getattr(each.node, "orelse", None):
            continue
        is_loop = isinstance(each.node, ast.For | ast.While)
        rank = LIKELY if is_loop else POSSIBLE
        body = [file.of(node) for node in each.node.body]
        if not all(one.has_own_lines for one in body):
            continue
        for count in range(1, min(len(body), _LONGEST + 1)):
            tail = body[-count:]
            causes = _causes(file, tail, OUT_OF_LOOP) if is_loop else ()
            yield Proposal((_dedented(file, tail, each),), "dedent", causes, rank)
        following = [file.of(node) for node in each.block[each.index + 1 : each.index + 1 + _LONGEST]]
        for count in range(1, len(following) + 1):
            run = following[:count]
            if not run[-1].has_own_lines or isinstance(run[-1].node, ast.Return):
                break
            causes = _causes(file, run, INTO_LOOP) if is_loop else ()
            yield Proposal((_indented(file, run, body[0]),), "indent", causes, rank)
        before = file.of(each.block[each.index - 1]) if each.index else None
        if before is not None and before.has_own_lines and is_loop and kind(file, before):
            lines = file.lines_of(before)
            changes = (file.delete(before), file.insert(lines, before=body[0]))
            yield Proposal(changes, "into-loop", INTO_LOOP.get(kind(file, before), ()), LIKELY)


def _causes(file: StudentFile, run: Sequence[Statement], table: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cause for each in run for cause in table.get(kind(file, each), ())))


def _dedented(file: StudentFile, run: Sequence[Statement], outer: Statement) -> TextChange:
    return _reindented(file, run, file.indentation(run[0]), file.indentation(outer))


def _indented(file: StudentFile, run: Sequence[Statement], inner: Statement) -> TextChange:
    return _reindented(file, run, file.indentation(run[0]), file.indentation(inner))


def _reindented(file: StudentFile, run: Sequence[Statement], old: str, new: str) -> TextChange:
    lines = file.lines[run[0].first - 1 : run[-1].last]
    text = "\n".join(new + line.removeprefix(old) if line.strip() else line for line in lines)
    start = file.line_start(run[0].first)
    return TextChange(start, file.line_start(run[-1].last) + len(file.lines[run[-1].last - 1]), text)
