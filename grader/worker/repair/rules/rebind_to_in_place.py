"""A name that is bound to a new tensor: `w = w - 0.1 * w.grad` for `w -= 0.1 * w.grad`, `w.sub(…)` for `w.sub_(…)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, SIGN, Proposal, TextChange
from grader.worker.repair.student_file import Statement, StudentFile

_SYMBOLS = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/="}
_METHODS = frozenset({"add", "sub", "mul", "div", "zero", "copy", "detach", "requires_grad", "clamp", "fill", "clip_grad_norm"})
_COPIES = frozenset({"detach", "clone", "requires_grad_"})
_CAUSES = ("rebound-leaf", "step-missing")
_GRADIENT_CAUSES = ("not-unscaled", "copy-zeroed", "wrong-clip", "zero-skipped")


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The same update in place, and under `torch.no_grad()` where autograd still records."""
    for each in file.statements:
        for change in (*_assignment(file, each), *_dropped_result(file, each)):
            rank = SIGN if "grad" in file.source(each.node) else LIKELY
            if _is_of_gradient(file, each):
                yield Proposal((change,), "in-place", _GRADIENT_CAUSES, SIGN, "in-place")
                continue
            if file.inside(each, ast.With) is None and each.has_own_lines:
                no_grad, imports = file.spelled("torch.no_grad")
                yield Proposal((*_under(file, each, change, no_grad), *imports), "in-place", _CAUSES, rank, "under")
            yield Proposal((change,), "in-place", _CAUSES, rank, "in-place")


def _is_of_gradient(file: StudentFile, statement: Statement) -> bool:
    """Whether it changes a `.grad`, or a name for one: autograd does not record that."""
    start = file.source(statement.node)
    if re.match(r"[\w.]+\.grad\b(?!\s*=)", start) or re.match(r"([\w.]+\.grad) = \1\b", start):
        return True
    match statement.node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            bound = [each.node for each in file.statements if isinstance(each.node, ast.Assign) and each is not statement]
            return any(file.source(each.targets[0]) == name and file.source(each.value).endswith(".grad") for each in bound)
    return False


def _assignment(file: StudentFile, statement: Statement) -> Iterator[TextChange]:
    match statement.node:
        case ast.Assign(targets=[ast.Name() | ast.Attribute() as target], value=value):
            name = file.source(target)
            match _without_copies(value):
                case ast.BinOp(left=left, op=op, right=right) if file.source(left) in (name, f"{name}.data", f"{name}.detach()"):
                    if type(op) in _SYMBOLS:
                        yield file.replace(statement.node, f"{name} {_SYMBOLS[type(op)]} {_operand(file, op, right)}")
                case ast.BinOp(left=left, op=ast.Add() | ast.Mult() as op, right=right) if file.source(right) == name:
                    yield file.replace(statement.node, f"{name} {_SYMBOLS[type(op)]} {file.source(left)}")
                case ast.Call(func=ast.Attribute(value=owner, attr=method)) as call if file.source(owner) == name:
                    if method in _METHODS:
                        end = file.span(call.func)[1]
                        text = f"{file.text[file.span(call)[0] : end]}_{file.text[end : file.span(call)[1]]}"
                        yield file.replace(statement.node, text)


def _without_copies(value: ast.expr) -> ast.expr:
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _COPIES:
        if isinstance(value.func.value, ast.Name):
            break
        value = value.func.value
    return value


def _operand(file: StudentFile, op: ast.operator, right: ast.expr) -> str:
    """`a - (b + c)` has lost its parentheses in the tree; `a -= b + c` needs none."""
    return file.source(right)


def _dropped_result(file: StudentFile, statement: Statement) -> Iterator[TextChange]:
    match statement.node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name) as method)) if name in _METHODS:
            end = file.span(method)[1]
            yield TextChange(end, end, "_")
        case ast.Expr(value=ast.BinOp(left=left, op=op, right=right)) if type(op) in _SYMBOLS:
            yield file.replace(statement.node, f"{file.source(left)} {_SYMBOLS[type(op)]} {file.source(right)}")


def _under(file: StudentFile, statement: Statement, change: TextChange, no_grad: str) -> tuple[TextChange, ...]:
    indent, unit = file.indentation(statement), file.indent_unit
    at = file.line_start(statement.first)
    return TextChange(at, at, f"{indent}with {no_grad}():\n"), TextChange(change.start, change.start, unit), change
