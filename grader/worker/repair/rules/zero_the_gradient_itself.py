"""Something else than the gradient is reset: a copy (`x.grad.clone().zero_()`), a name (`g = None`), the leaf (`x.zero_()`)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import is_empty
from grader.worker.repair.proposals import LIKELY, SIGN, Proposal
from grader.worker.repair.student_file import Statement, StudentFile, called_name

_COPIES = frozenset({"clone", "detach", "data", "float", "double", "to", "numpy", "cpu"})


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The same reset of the gradient of each leaf, and of all of them."""
    for each in file.statements:
        yield from _copies(file, each)
        target, resets = _other_target(file, each)
        if target is None:
            continue
        leaves = _leaves_for(file, each, target)
        for text in resets:
            for leaf in leaves:
                change = file.replace(each.node, text.format(leaf))
                yield Proposal((change,), "reset-gradient-itself", ("copy-zeroed", "wrong-tensor-zeroed"), SIGN, f"{text}{leaf}")
            if 1 < len(file.leaves) <= 4 and each.has_own_lines:
                indent = "\n" + file.indentation(each)
                change = file.replace(each.node, indent.join(text.format(leaf) for leaf in file.leaves))
                yield Proposal((change,), "reset-gradient-itself", ("copy-zeroed", "wrong-tensor-zeroed"), SIGN)


def _copies(file: StudentFile, statement: Statement) -> Iterator[Proposal]:
    """`x.grad.clone()` and `x.detach().grad` become `x.grad`."""
    for node in file.own_expressions(statement):
        inner: ast.expr | None = None
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _COPIES and _is_gradient(value):
                inner = value
            case ast.Call(func=ast.Attribute(attr="deepcopy" | "copy") | ast.Name(id="deepcopy" | "copy"), args=[value]):
                change = file.replace(node, file.source(value))
                yield Proposal((change,), "no-copy", ("own-leaf", "copy-zeroed"), SIGN, "deep copy")
            case ast.Call(func=ast.Attribute(attr="tensor" | "zeros_like"), args=[value]) if _is_gradient(value):
                inner = value if called_name(node) == "tensor" else None
            case ast.Attribute(value=ast.Call(func=ast.Attribute(value=owner, attr=name)), attr="grad") if name in _COPIES:
                yield Proposal((file.replace(node, f"{file.source(owner)}.grad"),), "no-copy", ("copy-zeroed",), SIGN, "copy")
            case ast.Attribute(value=ast.Attribute(value=owner, attr="data"), attr="grad"):
                yield Proposal((file.replace(node, f"{file.source(owner)}.grad"),), "no-copy", ("copy-zeroed",), SIGN, "copy")
            case ast.Attribute(value=value, attr="data") if _is_gradient(value):
                inner = value
        if inner is not None:
            yield Proposal((file.replace(node, file.source(inner)),), "no-copy", ("copy-zeroed", "own-leaf"), LIKELY, "copy")


def _is_gradient(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "grad"


def _other_target(file: StudentFile, statement: Statement) -> tuple[ast.expr | None, tuple[str, ...]]:
    """What a statement resets, if that is no `.grad`, and the statements that reset a gradient instead."""
    zeros, none = ("{}.grad.zero_()",), ("{}.grad = None",)
    match statement.node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=target, attr="zero_" | "fill_"))) if not _is_gradient(target):
            return target, zeros + none
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="zeros_like"), args=[target])):
            return target, (f"{{}}.grad = {file.source(statement.node)}", *zeros)
        case ast.Assign(targets=[ast.Name() | ast.Subscript() as target], value=value) if is_empty(value):
            is_none = isinstance(value, ast.Constant) and value.value is None
            return target, none if is_none else zeros + none
        case ast.Assign(targets=[ast.Attribute(attr="data") as target], value=value) if is_empty(value):
            return target, zeros
        case ast.AugAssign(target=ast.Name() as target, op=ast.Mult() | ast.Sub()):
            return target, zeros
        case ast.Delete(targets=[ast.Name() as target]):
            return target, none
    return None, ()


def _leaves_for(file: StudentFile, statement: Statement, target: ast.expr) -> list[str]:
    """The name itself if it is a leaf or a loop variable; then what a name was bound to; then the leaves."""
    name = file.source(target).removesuffix(".data").removesuffix(".detach()")
    function = file.inside(statement, ast.FunctionDef)
    arguments = [each.arg for each in ast.walk(function.node) if isinstance(each, ast.arg)] if function is not None else []
    found = [name] if name in file.leaves or name in arguments else []
    loop = file.inside(statement, ast.For)
    if loop is not None and isinstance(loop.node, ast.For):
        found += [each.id for each in ast.walk(loop.node.target) if isinstance(each, ast.Name)]
    for other in file.statements:
        match other.node:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name and other.first < statement.first:
                found += [
                    file.source(each.value) for each in ast.walk(value) if isinstance(each, ast.Attribute) and _is_gradient(each)
                ]
    return list(dict.fromkeys([*found, *file.leaves[:4]]))
