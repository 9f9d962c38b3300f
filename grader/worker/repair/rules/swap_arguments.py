"""Arguments, operands or loop names in the wrong order: `mse_loss(y, model(X))`, `y, X in batches`, `2 ** x`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from grader.worker.repair.proposals import POSSIBLE, UNLIKELY, Proposal
from grader.worker.repair.student_file import StudentFile

_CAUSES = ("wrong-formula", "wrong-target", "wrong-tensor")


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each pair of neighbours swapped."""
    for node, _ in file.expressions:
        match node:
            case ast.Call(args=[_, _, *_] as arguments):
                yield from _neighbours(file, arguments)
            case ast.BinOp(left=left, op=ast.Sub() | ast.Div() | ast.Pow() | ast.MatMult(), right=right):
                yield from _neighbours(file, [left, right])
            case ast.Tuple(elts=[_, _, *_] as elements) | ast.List(elts=[_, _, *_] as elements):
                yield from _neighbours(file, elements)


def _neighbours(file: StudentFile, nodes: Sequence[ast.expr]) -> Iterator[Proposal]:
    for one, other in pairwise(nodes):
        if isinstance(one, ast.Starred) or isinstance(other, ast.Starred):
            continue
        rank = POSSIBLE if not isinstance(one, ast.Constant) else UNLIKELY
        changes = (file.replace(one, _operand(file, other)), file.replace(other, _operand(file, one)))
        yield Proposal(changes, "swap-arguments", _CAUSES, rank, f"swap {file.source(one)} {file.source(other)}")


def _operand(file: StudentFile, node: ast.expr) -> str:
    text = file.source(node)
    return f"({text})" if isinstance(node, ast.BinOp) else text
