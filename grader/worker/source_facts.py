"""Finds facts in the text of a solution: a `zero_` without parentheses, a name of a gradient that is overwritten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.message_limits import MAX_FACTS
from grader.worker.encode import Document
from grader.worker.recorder import fact_document

_CALLS = {
    "zero_": "zero-not-called",
    "zero_grad": "zero-not-called",
    "step": "step-not-called",
    "backward": "backward-not-called",
}
_EMPTY_TENSORS = frozenset({"zeros", "zeros_like"})

# A source without a match has no facts, and most have none. A match is a method that is not called at once, a `.grad` that is
# neither assigned nor indexed, or a character outside ASCII, because Python normalises names.
_MAY_SHOW = re.compile(rf"\b(?:{'|'.join(_CALLS)})\b(?!\() | \bgrad\b(?![ \t]*[=.\[]) | [^\x00-\x7f]", re.VERBOSE)


def source_facts(source: str) -> list[Document]:
    """The facts in a source without syntax errors, in the order of its lines."""
    if not _MAY_SHOW.search(source):
        return []
    statements = _statements(ast.parse(source).body)
    facts = [*_not_called(statements), *_overwritten(statements)]
    return sorted(facts, key=lambda fact: int(fact["line"]))[:MAX_FACTS]


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """These statements and all inside them; not their expressions, which are most of a tree."""
    found = list(body)
    for node in found:
        for block in (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            for name in ("body", "orelse", "finalbody"):
                found += getattr(block, name, [])
    return found


def _not_called(statements: list[ast.stmt]) -> Iterator[Document]:
    for node in statements:
        match node:
            case ast.Expr(value=ast.Attribute(attr=name, value=owner)) if name in _CALLS:
                yield fact_document(_CALLS[name], node.lineno, name, _owner_of_grad(owner))


def _overwritten(statements: list[ast.stmt]) -> Iterator[Document]:
    for function in statements:
        if isinstance(function, ast.FunctionDef):
            yield from _overwritten_in(function)


def _overwritten_in(function: ast.FunctionDef) -> Iterator[Document]:
    bound: dict[str, str | None] = {}
    assignments = [node for node in _statements(function.body) if isinstance(node, ast.Assign)]
    for node in sorted(assignments, key=lambda each: each.lineno):
        for target in node.targets:
            match target, node.value:
                case ast.Name(id=name), ast.Attribute(attr="grad") as grad:
                    bound[name] = _owner_of_grad(grad)
                case ast.Name(id=name), value if name in bound and _is_constant(value):
                    yield fact_document("grad-bound-then-constant", node.lineno, name, bound.pop(name))
                case ast.Name(id=name), _:
                    bound.pop(name, None)


def _is_constant(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in _EMPTY_TENSORS
    return False


def _owner_of_grad(node: ast.expr) -> str | None:
    """`x` of `x.grad`, `model.weight` of `model.weight.grad`; None for anything else."""
    if isinstance(node, ast.Attribute) and node.attr == "grad":
        text = ast.unparse(node.value)
        return text if all(part.isidentifier() for part in text.split(".")) else None
    return None
