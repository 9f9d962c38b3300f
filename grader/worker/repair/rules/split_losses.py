"""One backward() of a sum where each loss needs its own, and several where the sum needs one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from grader.worker.repair.kinds import kind
from grader.worker.repair.proposals import LIKELY, POSSIBLE, Proposal
from grader.worker.repair.student_file import Statement, StudentFile, is_atom

_MERGED, _SPLIT = ("losses-merged",), ("loss-split",)


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Both directions."""
    for each in file.movable:
        match each.node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="backward")) as call):
                yield from _split(file, each, owner, call)
                yield from _split_name(file, each, owner)
                yield from _merged(file, each, owner)
                yield from _of_a_total(file, each, owner)


def _terms(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_terms(left), *_terms(right)]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) if len(elements) > 1:
            return list(elements)
        case ast.Call(func=ast.Name(id="sum"), args=[ast.List() | ast.Tuple() as inner]):
            return _terms(inner)
        case ast.Call(func=ast.Attribute(value=ast.Call(args=[ast.List() | ast.Tuple() as inner]), attr="sum" | "mean")):
            return _terms(inner)
    return [node]


def _own(file: StudentFile, term: ast.expr) -> str:
    return file.source(term) if is_atom(term) else f"({file.source(term)})"


def _split(file: StudentFile, statement: Statement, owner: ast.expr, call: ast.Call) -> Iterator[Proposal]:
    """`(a + b).backward()` and `torch.autograd.backward([a, b])`."""
    is_function = "autograd" in file.source(owner) and call.args
    terms = _terms(call.args[0] if is_function else owner)
    if len(terms) < 2:
        return
    indent = "\n" + file.indentation(statement)
    for keep in ("", "retain_graph=True"):
        lines = [f"{_own(file, term)}.backward({keep})" for term in terms[:-1]] + [f"{_own(file, terms[-1])}.backward()"]
        yield Proposal((file.replace(statement.node, indent.join(lines)),), "split-losses", _MERGED, LIKELY + bool(keep))


def _split_name(file: StudentFile, statement: Statement, owner: ast.expr) -> Iterator[Proposal]:
    """`loss = a + b` before `loss.backward()`."""
    if not isinstance(owner, ast.Name):
        return
    for each in file.movable:
        match each.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == owner.id and each.first < statement.first:
                terms = _terms(value)
                if len(terms) > 1:
                    indent = "\n" + file.indentation(statement)
                    for keep in ("", "retain_graph=True"):
                        lines = [f"{_own(file, term)}.backward({keep})" for term in terms[:-1]]
                        lines.append(f"{_own(file, terms[-1])}.backward()")
                        changes = (file.replace(statement.node, indent.join(lines)), file.delete(each))
                        yield Proposal(changes, "split-losses", _MERGED, LIKELY + bool(keep))


def _merged(file: StudentFile, statement: Statement, owner: ast.expr) -> Iterator[Proposal]:
    """Neighbouring backwards become one of the sum."""
    run: list[tuple[Statement, str]] = [(statement, _own(file, owner))]
    between: list[Statement] = []
    following = file.next(statement)
    while following is not None and len(run) < 5:
        match following.node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=other, attr="backward"), args=[], keywords=[])):
                run.append((following, _own(file, other)))
            case ast.Assign() if kind(file, following) == "loss":
                between.append(following)
            case _:
                break
        if len(run) > 1 and run[-1][0] is following:
            text = f"({' + '.join(each for _, each in run)}).backward()"
            deleted = tuple(file.delete(each) for each, _ in run[:-1])
            yield Proposal((*deleted, file.replace(following.node, text)), "merge-losses", _SPLIT, LIKELY)
        following = file.next(following)


def _of_a_total(file: StudentFile, statement: Statement, owner: ast.expr) -> Iterator[Proposal]:
    """`total += loss` in a loop and one `total.backward()` behind it."""
    if not isinstance(owner, ast.Name):
        return
    yield from _of_a_generator(file, statement, owner.id)
    yield from _of_an_average(file, statement, owner.id)
    for each in file.movable:
        value = _added(each.node, owner.id)
        if value is None or file.inside(each, (ast.For, ast.While)) is None:
            continue
        backward = file.replace(each.node, f"{_own(file, value)}.backward()")
        starts = _starts(file, owner.id, each)
        yield Proposal((backward, file.delete(statement), *map(file.delete, starts)), "backward-in-loop", _MERGED, LIKELY)
        yield Proposal((backward, file.delete(statement)), "backward-in-loop", _MERGED, POSSIBLE)


def _of_a_generator(file: StudentFile, statement: Statement, name: str) -> Iterator[Proposal]:
    """`total = sum(loss for batch in batches)` becomes a loop with a backward() in it."""
    for each in file.movable:
        match each.node:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name and each.first < statement.first:
                pass
            case _:
                continue
        total, divisor = value, ""
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
            total, divisor = value.left, f" / {file.source(value.right)}"
        for part in ast.walk(total):
            match part:
                case ast.GeneratorExp(elt=term, generators=[one]) | ast.ListComp(elt=term, generators=[one]) if not one.ifs:
                    head = f"for {file.source(one.target)} in {file.source(one.iter)}:"
                    loss = f"({_own(file, term)}{divisor})" if divisor else _own(file, term)
                    text = f"{head}\n{file.indentation(each)}{file.indent_unit}{loss}.backward()"
                    changes = (file.replace(each.node, text), file.delete(statement))
                    yield Proposal(changes, "backward-in-loop", _MERGED, LIKELY)


def _of_an_average(file: StudentFile, statement: Statement, name: str) -> Iterator[Proposal]:
    """`average = total / len(batches)` and `average.backward()`: each term is divided, and has its backward()."""
    for each in file.movable:
        match each.node:
            case ast.Assign(
                targets=[ast.Name(id=bound)], value=ast.BinOp(left=ast.Name(id=total), op=ast.Div(), right=count)
            ) if bound == name:
                pass
            case _:
                continue
        for other in file.movable:
            value = _added(other.node, total)
            if value is not None and file.inside(other, (ast.For, ast.While)) is not None:
                backward = file.replace(other.node, f"({file.source(value)} / {file.source(count)}).backward()")
                starts = map(file.delete, _starts(file, total, other))
                changes = (backward, file.delete(each), file.delete(statement), *starts)
                yield Proposal(changes, "backward-in-loop", _MERGED, LIKELY)


def _starts(file: StudentFile, name: str, before: Statement) -> Sequence[Statement]:
    found = []
    for each in file.movable:
        match each.node:
            case ast.Assign(targets=[ast.Name(id=bound)]) if bound == name and each.first < before.first:
                found.append(each)
    return found


def _added(node: ast.stmt, name: str) -> ast.expr | None:
    match node:
        case ast.AugAssign(target=ast.Name(id=target), op=ast.Add(), value=value) if target == name:
            return value
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.BinOp(left=ast.Name(id=left), op=ast.Add(), right=value)):
            return value if target == left == name else None
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr="append"), args=[value])):
            return value if target == name else None
    return None
