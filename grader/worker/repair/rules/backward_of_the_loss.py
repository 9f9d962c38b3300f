"""backward() on a leaf, on a number or on another name: called on what was computed, or again on a loss computed anew."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, SIGN, Proposal, TextChange
from grader.worker.repair.student_file import Statement, StudentFile


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Another owner of each backward(), and the assignment of the loss once more before it."""
    yield from _cached(file)
    called: set[str] = set()
    for node, statement in file.expressions:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as owner, attr="backward")):
                pass
            case _:
                continue
        for other, value in _assigned_above(file, statement):
            if other == name:
                continue
            change = file.replace(owner, other)
            rank = SIGN if name in file.leaves else POSSIBLE
            yield Proposal((change,), "backward-of-loss", ("wrong-tensor", "wrong-formula", "loss-overwritten"), rank)
            if name in file.leaves and value is not None:
                yield Proposal((file.replace(owner, f"({file.source(value)})"),), "not-of-a-leaf", ("wrong-tensor",), SIGN)
        if name in called or file.inside(statement, (ast.For, ast.While, ast.Try)) is not None:
            yield from _recomputed(file, statement, name)
        called.add(name)


def _cached(file: StudentFile) -> Iterator[Proposal]:
    """A function that remembers its result returns the same graph again."""
    for function in file.functions:
        for decorator in getattr(function.node, "decorator_list", ()):
            if "cache" in file.source(decorator):
                line = decorator.lineno
                change = TextChange(file.line_start(line), file.line_start(line + 1), "")
                yield Proposal((change,), "no-cache", ("stale-graph",), SIGN)


def _assigned_above(file: StudentFile, statement: Statement) -> Iterator[tuple[str, ast.expr | None]]:
    for each in reversed(file.statements):
        match each.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if each.first < statement.first:
                if file.inside(each, ast.FunctionDef) is file.inside(statement, ast.FunctionDef):
                    yield name, value


def _recomputed(file: StudentFile, statement: Statement, name: str) -> Iterator[Proposal]:
    """The statements that the loss depends on, again before this backward(); a `try` around it goes."""
    needed, names = [], {name}
    for each in sorted(file.movable, key=lambda one: -one.first):
        if each.first >= statement.first or each.is_compound:
            continue
        match each.node:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound in names and bound not in file.arguments:
                needed.append(each)
                names |= {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
    place, around = statement, file.inside(statement, ast.Try)
    body = around.node.body if around is not None and isinstance(around.node, ast.Try) else []
    chains = [needed[:count] for count in range(1, min(len(needed), 4) + 1)]
    for chain in chains:
        lines = [line for each in reversed(chain) for line in file.lines_of(each)]
        if around is not None and len(body) == 1 and around.has_own_lines:
            text = ("\n" + file.indentation(around)).join([*lines, file.source(statement.node)])
            yield Proposal((file.replace(around.node, text),), "error-not-swallowed", ("stale-graph",), SIGN)
        elif place.has_own_lines:
            yield Proposal((file.insert(lines, before=place),), "compute-again", ("stale-graph",), LIKELY)
