"""A missing `return`, a number in place of a tensor, a tuple in place of what is in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, SIGN, UNLIKELY, Proposal, TextChange
from grader.worker.repair.student_file import Statement, StudentFile, called_name, is_atom


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """What is returned, in another form; a `return` at the end."""
    for each in file.statements:
        match each.node:
            case ast.Return(value=ast.Tuple(elts=[one]) | ast.List(elts=[one]) as value):
                yield Proposal((_whole(file, each, value, file.source(one)),), "return-itself", ("not-unpacked",), SIGN)
            case ast.Return(value=ast.expr() as value):
                if not isinstance(value, ast.Constant | ast.Tuple | ast.List):
                    text = file.source(value) if is_atom(value) else f"({file.source(value)})"
                    yield Proposal((file.replace(value, f"{text}[0]"),), "return-itself", ("not-unpacked",), LIKELY)
                for name in file.names_before(each)[:4]:
                    yield Proposal((file.replace(value, name),), "return-other", ("value-for-gradient", "wrong-tensor"), UNLIKELY)
            case ast.Assign(targets=[ast.Name() as target], value=ast.Call() as value) if called_name(value) == "grad":
                yield Proposal((file.replace(target, f"({target.id},)"),), "unpack", ("not-unpacked",), LIKELY)
                yield Proposal((file.replace(value, f"{file.source(value)}[0]"),), "unpack", ("not-unpacked",), LIKELY)
    for function in file.functions:
        is_main_or_inside = function.node is file.main or file.inside(function, ast.FunctionDef) is not None
        if (
            isinstance(function.node, ast.FunctionDef)
            and is_main_or_inside
            and not any(isinstance(each, ast.Return) for each in ast.walk(function.node))
        ):
            yield from _missing(file, file.of(function.node.body[-1]))


def _whole(file: StudentFile, statement: Statement, value: ast.expr, text: str) -> TextChange:
    """`return (g,)` and `return g,`: the tuple's own span may leave out its parentheses."""
    return TextChange(file.span(statement.node)[0], file.span(statement.node)[1], f"return {text}")


def _missing(file: StudentFile, last: Statement) -> Iterator[Proposal]:
    if not last.has_own_lines:
        return
    match last.node:
        case ast.Expr(value=value) if not isinstance(value, ast.Call) or called_name(value) == "grad":
            change = file.replace(last.node, f"return {file.source(value)}")
            yield Proposal((change,), "add-return", (), SIGN)
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield Proposal((file.insert([f"return {name}"], after=last),), "add-return", (), LIKELY)
    for name in file.names_before(last)[:3]:
        if name not in file.arguments:
            yield Proposal((file.insert([f"return {name}"], after=last),), "add-return", (), POSSIBLE)
