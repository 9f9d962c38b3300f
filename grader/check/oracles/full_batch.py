"""What micro-batches must add up to: the gradient of the whole batch in one piece.

Only where that is a law: the passes of a loop whose losses are one `sum`, `mean` or mean loss over data that differ from
pass to pass, with nothing but backwards in between. The data are joined, and what only weighs a pass is left away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.expressions.tree import Binary, Expr, FunctionCall, ListOf, Name, Number, Subscript, children, names, transform, walk
from grader.records.exercise import Backward, Exercise, Step

_MEANS = ("mean", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
_REDUCTIONS = frozenset((*_MEANS, "sum", "softmax", "log_softmax", "norm", "var", "std", "amax", "amin", "logsumexp", "prod"))


def micro_batches(exercise: Exercise) -> tuple[tuple[int, ...], ...]:
    """The indices of backwards, one after another, that are the passes of one loop."""
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


def whole(exercise: Exercise, group: Sequence[int]) -> Step | None:
    """One backward for all passes; None where no law says what that is."""
    losses = [loss for index in group if (loss := _loss(exercise.steps[index])) is not None]
    cores = [core for loss in losses if (core := _core(loss)) is not None]
    if len(cores) < len(group) or not all(_is_law(core) for core in cores):
        return None
    joined = _joined(cores, exercise)
    if joined is not None and _name(joined) == "sum":
        weighed = [_with_core(loss, Number(1)) for loss in losses]
        joined = _with_core(losses[0], joined) if all(each == weighed[0] for each in weighed) else None
    if joined is None:
        return None
    step = exercise.steps[group[0]]
    return Step("backward", Backward((joined,)), step.number, step.text)


def _loss(step: Step) -> Expr | None:
    match step.action:
        case Backward(of=(loss,), gradient=(), inputs=()):
            return loss
    return None


def _core(loss: Expr) -> FunctionCall | None:
    """The reduction below the factors and divisors of a loss."""
    match loss:
        case FunctionCall() if _name(loss) in _REDUCTIONS:
            return loss
        case Binary(operator="/", left=left):
            return _core(left)
        case Binary(operator="*", left=left, right=right):
            return _core(left) or _core(right)
    return None


def _with_core(loss: Expr, new: Expr) -> Expr:
    """The loss with something else in the place of its reduction."""
    core = _core(loss)
    return transform(loss, lambda node: new if node == core else node)


def _name(expr: Expr) -> str:
    return expr.function.id if isinstance(expr, FunctionCall) and isinstance(expr.function, Name) else ""


def _is_law(core: Expr) -> bool:
    """Is it one reduction over all, and no other inside, whose statistics would not add up?"""
    options = dict(core.keywords) if isinstance(core, FunctionCall) else {}
    inside = [_name(node) for node in walk(core) if node is not core]
    return _name(core) in ("sum", *_MEANS) and not options and not any(name in _REDUCTIONS for name in inside)


def _joined(cores: Sequence[FunctionCall], exercise: Exercise) -> Expr | None:
    """The first core with the data of all in the place of its own; None if something else differs."""
    columns = list(zip(*(_data(core, exercise) for core in cores), strict=False))
    frames = [_replaced(core, {data: Number(0) for data in _data(core, exercise)}) for core in cores]
    if any(frame != frames[0] for frame in frames):
        return None
    whole: dict[Expr, Expr] = {}
    for column in columns:
        if any(data != column[0] for data in column):
            whole[column[0]] = FunctionCall(Name("cat"), (ListOf(column),))
    return _replaced(cores[0], whole)


def _data(expr: Expr, exercise: Exercise) -> list[Expr]:
    """The names of data in it, and the elements of lists of them, the outermost."""
    if isinstance(expr, Name | Subscript) and all(name.id in exercise.setup.data for name in names(expr)):
        return [expr]
    return [data for child in children(expr) for data in _data(child, exercise)]


def _replaced(expr: Expr, new: Mapping[Expr, Expr]) -> Expr:
    return transform(expr, lambda node: new.get(node, node))
