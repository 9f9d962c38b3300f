"""A loop over a few written values whose passes must differ: its passes are written out, perhaps with a reset between two."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain

from grader.worker.repair.kinds import kind
from grader.worker.repair.proposals import POSSIBLE, Proposal
from grader.worker.repair.student_file import Statement, StudentFile, is_atom

_MOST = 4  # passes
_CAUSES = ("zero-skipped", "zero-too-early", "zero-too-late")


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """For each loop over a tuple, a list or a small range."""
    for each in file.movable:
        node = each.node
        if not isinstance(node, ast.For) or node.orelse or not all(file.of(part).has_own_lines for part in node.body):
            continue
        passes = _passes(file, each, node)
        if not passes:
            continue
        yield Proposal((file.replace(node, _joined(file, each, passes)),), "unroll-loop", (), POSSIBLE)
        own_resets = tuple(f"{name}(" for name in file.helpers if _only_resets(file, name))
        for place in range(1, len(passes)):
            for reset in _resets(file):
                lines = [*passes[:place], reset, *passes[place:]]
                yield Proposal((file.replace(node, _joined(file, each, lines)),), "unroll-loop-zero", _CAUSES, POSSIBLE)
                bare = [[line for line in one if not _is_reset(line, own_resets)] for one in passes]
                if bare != passes and all(bare):
                    lines = [*bare[:place], reset, *bare[place:]]
                    yield Proposal((file.replace(node, _joined(file, each, lines)),), "unroll-loop-zero", _CAUSES, POSSIBLE)


def _passes(file: StudentFile, statement: Statement, node: ast.For) -> list[list[str]]:
    """The lines of each pass; none if the loop is not over a few written values, or changes its own names."""
    stored = {
        part.id for each in node.body for part in ast.walk(each) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    names = [part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)]
    jumps = any(isinstance(part, ast.Break | ast.Continue) for each in node.body for part in ast.walk(each))
    values = _values(file, statement, node)
    if not 2 <= len(values) <= _MOST or stored & set(names) or jumps:
        return []
    found = []
    for value in values:
        match node.target, value:
            case ast.Name(id=name), _:
                bound = {name: value}
            case ast.Tuple(elts=targets), ast.Tuple(elts=parts) if len(targets) == len(parts):
                bound = {target.id: part for target, part in zip(targets, parts, strict=True) if isinstance(target, ast.Name)}
            case _:
                return []
        found.append(_lines(file, node, bound))
    return found


def _values(file: StudentFile, statement: Statement, node: ast.For) -> list[ast.expr]:
    match node.iter:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return elements
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int() as count)]):
            return [ast.Constant(number) for number in range(count)] if count <= _MOST else []
        case ast.Name(id=name):
            for each in file.statements:
                match each.node:
                    case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Tuple(elts=elements) | ast.List(elts=elements)):
                        if bound == name and each.first < statement.first:
                            return elements
    return []


def _lines(file: StudentFile, node: ast.For, bound: dict[str, ast.expr]) -> list[str]:
    """The body with the values in place of the names, without its indentation."""
    first, last = file.of(node.body[0]), file.of(node.body[-1])
    start, end = file.line_start(first.first), file.line_start(last.last) + len(file.lines[last.last - 1])
    changes: list[tuple[int, int, str]] = []
    called = {id(part.func): part for each in node.body for part in ast.walk(each) if isinstance(part, ast.Call)}
    for each in node.body:
        for part in ast.walk(each):
            if not isinstance(part, ast.Name) or part.id not in bound:
                continue
            value, call = bound[part.id], called.get(id(part))
            if call is not None and isinstance(value, ast.Lambda):
                changes.append((*file.span(call), _applied(file, value, call)))
            else:
                changes.append((*file.span(part), _written(file, value)))
    text = file.text[start:end]
    for begin, stop, new in sorted(changes, reverse=True):
        text = text[: begin - start] + new + text[stop - start :]
    return file.without_indentation(text.split("\n"), file.indentation(first))


def _written(file: StudentFile, value: ast.expr) -> str:
    if not hasattr(value, "lineno"):
        return ast.unparse(value)
    return file.source(value) if is_atom(value) or isinstance(value, ast.Constant) else f"({file.source(value)})"


def _applied(file: StudentFile, function: ast.Lambda, call: ast.Call) -> str:
    """The body of a lambda with the arguments of its call."""
    arguments = dict(zip((each.arg for each in function.args.args), call.args, strict=False))
    start, end = file.span(function.body)
    text = file.text[start:end]
    parts = [part for part in ast.walk(function.body) if isinstance(part, ast.Name) and part.id in arguments]
    for part in sorted(parts, key=lambda each: -each.col_offset):
        begin, stop = file.span(part)
        text = text[: begin - start] + _written(file, arguments[part.id]) + text[stop - start :]
    return f"({text})"


def _resets(file: StudentFile) -> Iterator[list[str]]:
    leaves = [each for each in file.leaves if "." not in each][:2]
    for form in ("{}.grad.zero_()", "{}.grad = None"):
        yield [form.format(leaf) for leaf in leaves]
    yield from ([f"{each}.zero_grad()"] for each in file.optimizers)


def _only_resets(file: StudentFile, helper: str) -> bool:
    return {kind(file, file.of(each)) for each in file.helpers[helper].body} == {"zero"}


def _is_reset(line: str, helpers: tuple[str, ...]) -> bool:
    return ".zero_" in line or ".grad = None" in line or line.startswith(helpers)


def _joined(file: StudentFile, statement: Statement, runs: list[list[str]]) -> str:
    indent = file.indentation(statement)
    return "\n".join(line if not line or place == 0 else indent + line for place, line in enumerate(chain(*runs)))
