"""A wrong operator or sign: `+=` for `-=`, plus for minus, a missing or needless minus, an exponent, a comparison."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, UNLIKELY, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile, is_atom

_SIGN = ("sign",)
_UPDATES = {"+=": "-=", "-=": "+="}
_METHODS = {"add_": "sub_", "sub_": "add_", "add": "sub", "sub": "add", "mul_": "div_", "div_": "mul_"}
_COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
}


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The opposite sign, and the neighbouring operator."""
    for each in file.statements:
        if isinstance(each.node, ast.AugAssign):
            start, end = file.span(each.node.target)[1], file.span(each.node.value)[0]
            for old, new in _UPDATES.items():
                if old in file.text[start:end]:
                    change = TextChange(start, end, file.text[start:end].replace(old, new))
                    yield Proposal((change,), "other-sign", _SIGN, LIKELY, old)
                    equals = TextChange(start, end, file.text[start:end].replace(old, "="))
                    yield Proposal((equals,), "assign-not-add", ("wrong-formula",), UNLIKELY)
    for node, _ in file.expressions:
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                yield from _binary(file, left, op, right)
            case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
                yield Proposal((file.replace(node, file.source(operand)),), "other-sign", _SIGN, LIKELY)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as operand):
                yield Proposal((file.replace(node, file.source(operand)),), "other-sign", _SIGN, POSSIBLE)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield Proposal((file.replace(node, file.source(operand)),), "other-condition", (), POSSIBLE)
            case ast.Call(func=ast.Attribute(attr=name) as method) if name in _METHODS:
                end = file.span(method)[1]
                change = TextChange(end - len(name), end, _METHODS[name])
                yield Proposal((change,), "other-sign", _SIGN, LIKELY, name)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                old, new = _COMPARISONS[type(op)]
                start, end = file.span(left)[1], file.span(right)[0]
                change = TextChange(start, end, file.text[start:end].replace(old, new))
                yield Proposal((change,), "other-condition", ("off-by-one",), POSSIBLE)
    yield from _keywords(file)
    yield from _losses(file)


def _binary(file: StudentFile, left: ast.expr, op: ast.operator, right: ast.expr) -> Iterator[Proposal]:
    start, end = file.span(left)[1], file.span(right)[0]
    between = file.text[start:end]
    if isinstance(op, ast.Add | ast.Sub):
        old, new = ("+", "-") if isinstance(op, ast.Add) else ("-", "+")
        change = TextChange(start, end, between.replace(old, new))
        yield Proposal((change,), "other-sign", (*_SIGN, "wrong-formula"), LIKELY, f"{old} {file.source(right)}")
        times = TextChange(start, end, between.replace(old, "*"))
        yield Proposal((times,), "other-operator", ("wrong-formula",), UNLIKELY, f"{old}*")
        whole = TextChange(file.span(left)[0], file.span(right)[1], file.source(left))
        yield Proposal((whole,), "fewer-terms", ("wrong-formula", "losses-merged"), POSSIBLE)
        rest = TextChange(file.span(left)[0], file.span(right)[1], file.source(right))
        yield Proposal((rest,), "fewer-terms", ("wrong-formula", "losses-merged"), POSSIBLE)
    elif isinstance(op, ast.Mult):
        plus = TextChange(start, end, between.replace("*", "+"))
        yield Proposal((plus,), "other-operator", ("wrong-formula",), UNLIKELY, "*+")
        for kept in (left, right):
            whole = TextChange(file.span(left)[0], file.span(right)[1], file.source(kept))
            yield Proposal((whole,), "fewer-factors", ("wrong-formula",), POSSIBLE)
    elif isinstance(op, ast.Pow):
        whole = TextChange(file.span(left)[0], file.span(right)[1], file.source(left))
        yield Proposal((whole,), "fewer-factors", ("wrong-formula",), UNLIKELY)


def _keywords(file: StudentFile) -> Iterator[Proposal]:
    for node, _ in file.expressions:
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            if keyword.arg in ("alpha", "value") and not isinstance(keyword.value, ast.UnaryOp):
                change = file.replace(keyword.value, f"-{file.source(keyword.value)}")
                yield Proposal((change,), "other-sign", _SIGN, LIKELY)


def _losses(file: StudentFile) -> Iterator[Proposal]:
    """`loss = D(fake).mean()` gets a minus."""
    for each in file.statements:
        match each.node:
            case ast.Assign(targets=[ast.Name()], value=ast.Call() | ast.Name() | ast.BinOp() as value):
                text = file.source(value)
                change = file.replace(value, f"-{text}" if is_atom(value) else f"-({text})")
                yield Proposal((change,), "other-sign", _SIGN, POSSIBLE, "minus")
