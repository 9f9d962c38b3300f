"""A loss without its graph: `.item()`, `float()`, `.data`, `.detach()`, `torch.tensor(loss)`, or computed under `no_grad`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import kind
from grader.worker.repair.proposals import LIKELY, POSSIBLE, SIGN, Proposal, TextChange
from grader.worker.repair.student_file import Statement, StudentFile, called_name

_METHODS = frozenset({"item", "detach", "detach_", "numpy", "tolist", "cpu", "clone", "round", "float"})
_FUNCTIONS = frozenset({"float", "int", "tensor", "as_tensor", "Tensor", "Variable", "Parameter"})
_CONTEXTS = frozenset({"no_grad", "inference_mode", "set_grad_enabled"})
_CAUSES = ("detached", "no-grad-loss")


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The expression itself in place of what cuts it."""
    sources = _cut_names(file)
    for node, statement in file.expressions:
        inner = _cut(node)
        if inner is not None:
            rank = POSSIBLE if isinstance(node, ast.Call) and called_name(node) in ("clone", "cpu", "round") else LIKELY
            change = file.replace_value(statement, node, _inner_text(file, node, inner))
            yield Proposal((change,), "keep-graph", _CAUSES, rank, "cut")
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in sources:
            yield Proposal((file.replace(node, sources[node.id]),), "keep-graph", _CAUSES, POSSIBLE)
        given = _fresh_leaf(file, node)
        if given:
            yield Proposal((file.replace(node, given),), "keep-given", ("own-leaf", "detached"), SIGN, "own leaf")
    for each in file.statements:
        yield from _contexts(file, each)


def _cut_names(file: StudentFile) -> dict[str, str]:
    """The names that are bound to a tensor without its graph → the name of that tensor."""
    found = {}
    for each in file.statements:
        match each.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                inner = _cut(value)
                if isinstance(inner, ast.Name) and inner.id != name:
                    found[name] = inner.id
    return found


def _cut(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _METHODS and not node.args:
            return inner
        case ast.Call(args=[ast.expr() as inner, *_]) if called_name(node) in _FUNCTIONS and not _is_number(inner):
            return inner
        case ast.Attribute(value=inner, attr="data"):
            return inner
    return None


def _fresh_leaf(file: StudentFile, node: ast.expr) -> str:
    """The name of the given tensor that `x.detach().clone().requires_grad_()` or `torch.tensor(x, requires_grad=True)` copies."""
    if not isinstance(node, ast.Call) or not (
        called_name(node) in ("requires_grad_", "Parameter") or any(keyword.arg == "requires_grad" for keyword in node.keywords)
    ):
        return ""
    inner = _without_last_call(node)
    while inner is not None and not isinstance(inner, ast.Name):
        inner = _without_last_call(inner)
    return inner.id if inner is not None and inner.id in file.arguments and _is_copied(file, node) else ""


def _without_last_call(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name not in _FUNCTIONS:
            return owner
    return _cut(node)


def _is_copied(file: StudentFile, node: ast.Call) -> bool:
    return any(word in file.source(node) for word in ("clone", "detach", "data", "tensor", "Tensor", "float", "Parameter"))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.List | ast.Tuple | ast.UnaryOp)


def _inner_text(file: StudentFile, node: ast.expr, inner: ast.expr) -> str:
    """With the parentheses that stood around the expression: `(a + b).item()` becomes `(a + b)`."""
    if isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute):
        return f"({file.source(inner)})" if isinstance(inner, ast.BinOp) else file.source(inner)
    if isinstance(node, ast.Call) and inner in node.args:
        return file.source(inner)
    start, end = file.span(node)[0], file.span(inner)[1]
    behind = file.text[end : file.span(node)[1]]
    closing = len(behind) - len(behind.lstrip(" )\n\t"))
    return file.text[start : end + behind[:closing].rfind(")") + 1] if ")" in behind[:closing] else file.text[start:end]


def _contexts(file: StudentFile, statement: Statement) -> Iterator[Proposal]:
    node = statement.node
    match node:
        case ast.With(items=[item], body=body) if statement.has_own_lines and _switches_off(item.context_expr):
            updates = any(kind(file, file.of(each)) in ("update", "zero", "") for each in body)
            rank = LIKELY if updates else SIGN
            yield Proposal((file.unwrapped(statement, body),), "record", ("no-grad-loss", "detached"), rank, "with")
            for each in body[:-1]:
                yield from _last_only(file, statement, body, file.of(each))
            yield from _first_only(file, statement, body)
        case ast.Expr(value=ast.Call() as call) if called_name(call) == "set_grad_enabled" and "False" in file.source(call):
            yield Proposal((file.delete(statement),), "record", ("no-grad-loss", "detached"), SIGN)
    for decorator in getattr(node, "decorator_list", ()):
        if _switches_off(decorator):
            line = decorator.lineno
            change = TextChange(file.line_start(line), file.line_start(line + 1), "")
            yield Proposal((change,), "record", ("no-grad-loss", "detached"), LIKELY)


def _last_only(file: StudentFile, context: Statement, body: list[ast.stmt], statement: Statement) -> Iterator[Proposal]:
    """The statements up to this one leave the `with`."""
    head = context.first
    first = file.of(body[0])
    inner, indent = file.indentation(first), file.indentation(context)
    lines = [indent + each for each in file.without_indentation(file.lines[first.first - 1 : statement.last], inner)]
    text = "".join(f"{each}\n" for each in [*lines, file.lines[head - 1]])
    if first.first > head:
        change = TextChange(file.line_start(head), file.line_start(statement.last + 1), text)
        yield Proposal((change,), "record", ("no-grad-loss", "detached"), POSSIBLE)


def _first_only(file: StudentFile, context: Statement, body: list[ast.stmt]) -> Iterator[Proposal]:
    """The statements behind the first ones leave the `with`."""
    inner, indent = file.indentation(file.of(body[0])), file.indentation(context)
    last = file.of(body[-1]).last
    for node in body[1:]:
        statement = file.of(node)
        lines = [indent + each for each in file.without_indentation(file.lines[statement.first - 1 : last], inner)]
        change = TextChange(file.line_start(statement.first), file.line_start(last + 1), "".join(f"{each}\n" for each in lines))
        yield Proposal((change,), "record", ("no-grad-loss", "detached"), POSSIBLE)


def _switches_off(node: ast.expr) -> bool:
    name = called_name(node) if isinstance(node, ast.Call) else getattr(node, "attr", getattr(node, "id", ""))
    return name in _CONTEXTS
