"""A path that must carry no gradient: `.detach()` behind a name or a call, at each place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, UNLIKELY, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile

_CAUSES = ("not-detached", "leak")
_SKIPPED = frozenset({"len", "range", "zip", "enumerate", "print", "list", "backward", "step", "zero_grad", "zero_", "detach"})


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each use of a tensor that was computed, each assigned value, and each use of a leaf or an argument."""
    computed = {
        target.id
        for each in file.statements
        if isinstance(each.node, ast.Assign)
        for target in each.node.targets
        if isinstance(target, ast.Name)
    }
    inside_calls = {id(node.func) for node, _ in file.expressions if isinstance(node, ast.Call)}
    owners = {id(node.value) for node, _ in file.expressions if isinstance(node, ast.Attribute | ast.Subscript)}
    for node, _ in file.expressions:
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or id(node) in inside_calls | owners:
            continue
        if node.id in computed or node.id in file.leaves:
            end = file.span(node)[1]
            rank = POSSIBLE if node.id in computed else UNLIKELY
            yield Proposal((TextChange(end, end, ".detach()"),), "cut-graph", _CAUSES, rank, f"cut {node.id}")
    for each in file.statements:
        match each.node:
            case ast.Assign(targets=[ast.Name()], value=ast.Call() as value) if _is_tensor_call(file, value):
                yield Proposal((file.replace(value, f"{file.source(value)}.detach()"),), "cut-graph", _CAUSES, POSSIBLE)
            case ast.Assign(targets=[ast.Name()], value=ast.BinOp() as value):
                yield Proposal((file.replace(value, f"({file.source(value)}).detach()"),), "cut-graph", _CAUSES, POSSIBLE)
            case (
                ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="requires_grad")])
                | ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="requires_grad_" | "detach")))
            ) if name in computed:
                yield Proposal((file.replace(each.node, f"{name} = {name}.detach()"),), "cut-graph", _CAUSES, LIKELY)


def _is_tensor_call(file: StudentFile, value: ast.Call) -> bool:
    match value.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name not in _SKIPPED and (name in file.bound_names or not name[:1].isupper())
    return True
