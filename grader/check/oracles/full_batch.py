"""The gradient that micro-batches must add up to: that of the full batch in one backward.

This holds for the passes of a loop whose losses are one `sum`, `mean` or mean loss over data that differ from pass to pass,
with no other calls than backwards in between. The data are concatenated, and factors that only weigh a pass are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.expressions.tree import Binary, Expr, FunctionCall, ListOf, Name, Number, Subscript, children, names, transform, walk
from grader.records.exercise import Backward, Exercise, Step

_MEANS = ("mean", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
_REDUCTIONS = frozenset((*_MEANS, "sum", "softmax", "log_softmax", "norm", "var", "std", "amax", "amin", "logsumexp", "prod"))


def micro_batches(exercise: Exercise) -> tuple[tuple[int, ...], ...]:
    """The indices of consecutive backwards that are the passes of one loop."""
    groups: list[list[int]] = []
    before: Step | None = None
    for index, step in enumerate(exercise.steps):
        if step.verb == "backward" and step.loop:
            if before is not None and before.number == step.number and before.loop[:-1] == step.loop[:-1]:
                groups[-1].append(index)
            else:
                groups.append([index])
        if step.is_call:
            before = step if step.verb == "backward" else None
    return tuple(tuple(group) for group in groups if len(group) > 1)


def full_batch_step(exercise: Exercise, group: Sequence[int]) -> Step | None:
    """One backward for all passes; None if they need not add up to one."""
    losses = [loss for index in group if (loss := _loss_of_step(exercise.steps[index])) is not None]
    reductions = [each for loss in losses if (each := _reduction_in(loss)) is not None]
    if len(reductions) < len(group) or not all(map(_adds_up, reductions)):
        return None
    joined = _over_all_data(reductions, exercise)
    if joined is not None and _function_name(joined) == "sum":
        weights = [_with_reduction(loss, Number(1)) for loss in losses]
        joined = _with_reduction(losses[0], joined) if all(each == weights[0] for each in weights) else None
    if joined is None:
        return None
    step = exercise.steps[group[0]]
    return Step("backward", Backward((joined,)), step.number, step.text)


def _loss_of_step(step: Step) -> Expr | None:
    match step.action:
        case Backward(of=(loss,), gradient=(), inputs=()):
            return loss
    return None


def _reduction_in(loss: Expr) -> FunctionCall | None:
    """The reduction below the factors and divisors of a loss."""
    match loss:
        case FunctionCall() if _function_name(loss) in _REDUCTIONS:
            return loss
        case Binary(operator="/", left=left):
            return _reduction_in(left)
        case Binary(operator="*", left=left, right=right):
            return _reduction_in(left) or _reduction_in(right)
    return None


def _with_reduction(loss: Expr, new: Expr) -> Expr:
    """The loss with another expression in place of its reduction."""
    reduction = _reduction_in(loss)
    return transform(loss, lambda node: new if node == reduction else node)


def _function_name(expr: Expr) -> str:
    return expr.function.id if isinstance(expr, FunctionCall) and isinstance(expr.function, Name) else ""


def _adds_up(reduction: FunctionCall) -> bool:
    """Is it one reduction over all elements, without another one inside, whose result would depend on the batch?"""
    inside = [_function_name(node) for node in walk(reduction) if node is not reduction]
    is_total = _function_name(reduction) in ("sum", *_MEANS) and not reduction.keywords
    return is_total and not any(name in _REDUCTIONS for name in inside)


def _over_all_data(reductions: Sequence[FunctionCall], exercise: Exercise) -> Expr | None:
    """The first reduction over the concatenated data of all; None if they differ in anything else."""
    data = [_data_in(reduction, exercise) for reduction in reductions]
    frames = [_replaced(reduction, dict.fromkeys(own, Number(0))) for reduction, own in zip(reductions, data, strict=True)]
    if any(frame != frames[0] for frame in frames):
        return None
    concatenated: dict[Expr, Expr] = {}
    for column in zip(*data, strict=False):
        if any(each != column[0] for each in column):
            concatenated[column[0]] = FunctionCall(Name("cat"), (ListOf(column),))
    return _replaced(reductions[0], concatenated)


def _data_in(expr: Expr, exercise: Exercise) -> list[Expr]:
    """The names of data in the expression, and elements of lists of data, the outermost ones."""
    if isinstance(expr, Name | Subscript) and all(name.id in exercise.setup.data for name in names(expr)):
        return [expr]
    return [data for child in children(expr) for data in _data_in(child, exercise)]


def _replaced(expr: Expr, new: Mapping[Expr, Expr]) -> Expr:
    return transform(expr, lambda node: new.get(node, node))
