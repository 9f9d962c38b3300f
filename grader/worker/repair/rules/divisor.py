"""A loss that is divided by the wrong number: a number for `len(batches)`, twice, not at all, counted during the loop."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, UNLIKELY, Proposal, TextChange
from grader.worker.repair.right_solution import right_solutions
from grader.worker.repair.student_file import Statement, StudentFile, is_atom

_WRONG, _MISSING = ("wrong-divisor",), ("loss-not-divided",)
_TWICE = ("divided-twice", "divided-needlessly")


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Another divisor, none, and one more; the count before the loop in place of the count during it."""
    for node, statement in file.expressions:
        match node:
            case ast.BinOp(left=left, op=ast.Div() | ast.FloorDiv(), right=right):
                yield from _other(file, statement, right)
                change = file.replace_value(statement, node, file.source(left))
                yield Proposal((change,), "no-divisor", _TWICE, LIKELY, "no divisor")
                start, end = file.span(left)[1], file.span(right)[0]
                symbol = file.text[start:end]
                if "/" in symbol:
                    change = TextChange(start, end, symbol.replace("//", "/").replace("/", "*"))
                    yield Proposal((change,), "other-operator", _WRONG, UNLIKELY, "times")
            case ast.BinOp(left=left, op=ast.Mult(), right=ast.BinOp(left=ast.Constant(value=1 | 1.0), op=ast.Div())):
                yield Proposal((file.replace(node, file.source(left)),), "no-divisor", _TWICE, LIKELY)
            case ast.Call(func=ast.Attribute(value=owner, attr="div" | "mul"), args=[count]):
                yield from _other(file, statement, count)
                yield Proposal((file.replace(node, file.source(owner)),), "no-divisor", _TWICE, LIKELY)
    for each in file.statements:
        match each.node:
            case ast.AugAssign(op=ast.Div() | ast.Mult(), value=value):
                yield from _other(file, each, value)
                yield Proposal((file.delete(each),), "no-divisor", _TWICE, POSSIBLE)
        yield from _missing(file, each)
        yield from _counted_in_the_loop(file, each)


def counts(file: StudentFile, statement: Statement) -> list[str]:
    """What a loss can be divided by here: the lengths of what is looped over, counts of right solutions, the file's counts."""
    found = []
    loop = file.inside(statement, ast.For)
    while loop is not None and isinstance(loop.node, ast.For):
        iterated = _iterated(loop.node.iter)
        if iterated is not None:
            found.append(f"len({file.source(iterated)})")
        loop = file.inside(loop, ast.For)
    found += [each for solution in right_solutions(file) for each in solution.divisors]
    for node, _ in file.expressions:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            found.append(file.source(node.right))
    found += [name for name in file.names_before(statement) if re.search(r"^n$|num|count|total|tokens|seen|size|len|steps", name)]
    return list(dict.fromkeys(found))


def _iterated(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Name() | ast.Attribute() | ast.Tuple() | ast.List():
            return node
        case ast.Call(func=ast.Name(id="enumerate" | "zip" | "list" | "iter" | "reversed"), args=[inner, *_]):
            return _iterated(inner)
        case ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[inner])]):
            return _iterated(inner)
    return None


def _other(file: StudentFile, statement: Statement, divisor: ast.expr) -> Iterator[Proposal]:
    now = file.source(divisor)
    for text in counts(file, statement):
        if text != now:
            new = f"({text})" if re.search(r"[+\-*/ ]", text) and not text.endswith(")") else text
            yield Proposal((file.replace(divisor, new),), "other-divisor", _WRONG, LIKELY, f"{now} {text}")


def _missing(file: StudentFile, statement: Statement) -> Iterator[Proposal]:
    """Behind the expression that is assigned or whose backward() is called."""
    match statement.node:
        case ast.Assign(value=ast.BinOp(op=ast.Div())):
            pass
        case ast.Assign(targets=[ast.Name()], value=ast.BinOp() | ast.Call() | ast.Name() as value):
            for count in counts(file, statement):
                yield Proposal((file.replace(value, _over(file, value, count)),), "divide", _MISSING, POSSIBLE, f"divide {count}")
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="backward"))):
            for count in counts(file, statement):
                text = f"({_over(file, owner, count)})"
                start = file.span(statement.node)[0]
                end = file.text.rindex(".backward", start, file.span(statement.node)[1])
                yield Proposal((TextChange(start, end, text),), "divide", _MISSING, POSSIBLE, f"divide {count}")


def _over(file: StudentFile, value: ast.expr, count: str) -> str:
    text = file.source(value)
    needs = not is_atom(value) and not (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Pow | ast.Mult))
    count = f"({count})" if re.search(r"[+\-*/ ]", count) and not count.endswith(")") else count
    return f"({text}) / {count}" if needs else f"{text} / {count}"


def _counted_in_the_loop(file: StudentFile, statement: Statement) -> Iterator[Proposal]:
    """`seen = 0` before the loop and `seen += X.size(0)` in it become `seen = sum(X.size(0) for X, y in batches)`."""
    match statement.node:
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value) if statement.has_own_lines:
            loop = file.inside(statement, ast.For)
            if loop is None or not isinstance(loop.node, ast.For):
                return
            text = f"sum({file.source(value)} for {file.source(loop.node.target)} in {file.source(loop.node.iter)})"
            for other in file.statements:
                match other.node:
                    case ast.Assign(targets=[ast.Name(id=bound)], value=start) if bound == name and other.first < loop.first:
                        changes = (file.replace(start, text), file.delete(statement))
                        yield Proposal(changes, "count-before-loop", _WRONG, LIKELY)
