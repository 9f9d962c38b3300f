"""A call, an update or a guard that should not be there: a duplicate, a reset too many, a leaf made anew, an `if`, a `try`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import SUPERFLUOUS, kind
from grader.worker.repair.proposals import LIKELY, POSSIBLE, SIGN, UNLIKELY, Proposal
from grader.worker.repair.student_file import Statement, StudentFile


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each such statement deleted, and each guard replaced by what it guards."""
    seen: set[tuple[int, str]] = set()
    for each in file.movable:
        what = kind(file, each)
        text = (id(each.block), "\n".join(file.lines_of(each)))
        is_duplicate = text in seen
        seen.add(text)
        if what in SUPERFLUOUS:
            rank = LIKELY if is_duplicate or what in ("zero", "update", "clip", "write") else POSSIBLE
            yield Proposal(
                (file.delete(each),), f"delete-{what}", SUPERFLUOUS[what], rank, what if what in ("zero", "clip") else ""
            )
        elif what == "loss" and (name := _rebound_argument(file, each)):
            causes = ("own-leaf", "rebound-leaf")
            rank = SIGN if _makes_a_leaf(file, each) else LIKELY
            yield Proposal((file.delete(each),), "keep-given", causes, rank, f"keep {name}")
        elif isinstance(each.node, ast.Expr) and not isinstance(each.node.value, ast.Constant):
            yield Proposal((file.delete(each),), "delete-call", (), UNLIKELY)
        elif isinstance(each.node, ast.Break | ast.Continue | ast.Return) and file.inside(each, (ast.For, ast.While, ast.If)):
            yield Proposal((file.delete(each),), "delete-exit", ("leftover-dropped", "backward-missing"), LIKELY)
        yield from _unwrapped(file, each)


def _rebound_argument(file: StudentFile, statement: Statement) -> str:
    """The argument, or what it consists of, that an assignment replaces."""
    match statement.node:
        case ast.Assign(targets=[ast.Name(id=name)]) if name in file.arguments or name in file.leaves:
            return name
        case ast.For(target=ast.Name(id=name)) if name in file.arguments:
            return name
    return ""


def _makes_a_leaf(file: StudentFile, statement: Statement) -> bool:
    text = file.source(statement.node)
    return "requires_grad" in text or "deepcopy" in text or "Parameter(" in text


def _unwrapped(file: StudentFile, statement: Statement) -> Iterator[Proposal]:
    match statement.node:
        case ast.Try(body=body):
            causes = ("stale-graph", "backward-missing", "leaf-in-place")
            yield Proposal((file.unwrapped(statement, body),), "no-try", causes, SIGN)
        case ast.If(body=body, orelse=orelse) if not _is_elif(file, statement):
            yield Proposal((file.unwrapped(statement, body),), "no-condition", (), POSSIBLE)
            if orelse:
                yield Proposal((file.unwrapped(statement, orelse),), "no-condition", (), POSSIBLE)
            yield Proposal((file.delete(statement),), "delete-condition", (), UNLIKELY)
        case ast.For(body=body) | ast.While(body=body):
            yield Proposal((file.unwrapped(statement, body),), "no-loop", ("backward-repeated", "loss-split"), UNLIKELY)
            yield Proposal((file.delete(statement),), "delete-loop", SUPERFLUOUS.get(kind(file, statement), ()), UNLIKELY)


def _is_elif(file: StudentFile, statement: Statement) -> bool:
    return file.lines[statement.first - 1].lstrip().startswith("elif")
