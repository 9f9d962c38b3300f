"""Changes in which the formula is right, but a gradient does not get through."""

from __future__ import annotations

from typing import TypeGuard

from grader.expressions.tree import Expr, FunctionCall, Name, names, transform, walk
from grader.records.exercise import Backward, Exercise, Let, Set, Step
from grader.records.finding import Change


def cuts_gradient(change: Change) -> bool:
    """Do both steps have the same formula, and does the wrong one cut more paths?"""
    if change.what != "changed" or change.right is None or change.wrong is None:
        return False
    right, wrong = expressions_in(change.right), expressions_in(change.wrong)
    if list(map(_without_detach, right)) != list(map(_without_detach, wrong)):
        return False
    return sum(map(_count_detach, wrong)) > sum(map(_count_detach, right)) or bool(
        _inputs(change.wrong) and not _inputs(change.right)
    )


def cut_names(change: Change, exercise: Exercise) -> tuple[str, ...]:
    """The tensors and modules that a gradient should reach and does not."""
    declared = {*exercise.setup.tensors, *exercise.setup.modules}
    right = expressions_in(change.right)
    if inputs := _inputs(change.wrong):
        reached = {name.id for expr in inputs for name in names(expr)}
        cut = [name.id for expr in right for name in names(expr) if name.id not in reached]
    else:
        expected = {node for expr in right for node in walk(expr) if _is_detach(node)}
        detached = [node for expr in expressions_in(change.wrong) for node in walk(expr) if _is_detach(node)]
        cut = [name.id for node in detached if node not in expected for name in names(node)]
    return tuple(dict.fromkeys(name for name in cut if name in declared))


def expressions_in(step: Step | None) -> list[Expr]:
    """The losses of a backward, or the values of a `set` or a `let`."""
    match step.action if step else None:
        case Backward(of=of):
            return list(of)
        case Set(targets=pairs) | Let(names=pairs):
            return [value for _, value in pairs]
    return []


def _inputs(step: Step | None) -> tuple[Expr, ...]:
    return step.action.inputs if step is not None and isinstance(step.action, Backward) else ()


def _without_detach(expr: Expr) -> Expr:
    return transform(expr, lambda node: node.arguments[0] if _is_detach(node) else node)


def _count_detach(expr: Expr) -> int:
    return sum(map(_is_detach, walk(expr)))


def _is_detach(node: Expr) -> TypeGuard[FunctionCall]:
    return isinstance(node, FunctionCall) and node.function == Name("detach")
