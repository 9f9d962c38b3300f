"""Mistakes in one formula: a factor, a sign, a reduction, a detach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from grader.diagnosis.mutations.program import as_written, leaf_names, let_names, single_items
from grader.expressions.tree import Binary, Constant, Expr, FunctionCall, Name, Negative, Number, transform, walk
from grader.records.exercise import Exercise


@dataclass(frozen=True)
class LossWorld:
    """What a change of a loss needs to know of its exercise."""

    exercise: Exercise

    @cached_property
    def micro_batches(self) -> int:
        """The number of passes of the longest loop around a backward; without a loop, the number of backwards."""
        places = as_written(self.exercise.steps, "backward")
        return max((len(place) for place in places if len(place) > 1), default=max(2, len(places)))

    @cached_property
    def is_in_loop(self) -> bool:
        """Does any backward run more than once?"""
        return any(len(place) > 1 for place in as_written(self.exercise.steps, "backward"))

    @cached_property
    def differentiable(self) -> frozenset[Expr]:
        """The names of leaves, and those that the steps give."""
        given = (Name(name) for step in self.exercise.steps for name in let_names(step))
        return frozenset((*leaf_names(self.exercise), *given))

    def is_module_call(self, node: Expr) -> bool:
        return (
            isinstance(node, FunctionCall) and isinstance(node.function, Name) and node.function.id in self.exercise.setup.modules
        )


def undo_division(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    match loss:
        case Binary(operator="/", left=Binary(operator="*", left=inner), right=_):
            yield "loss-not-divided", inner
            yield "mean-of-means", Binary("/", inner, Number(world.micro_batches))
        case Binary(operator="/", left=left, right=_):
            yield "loss-not-divided", left


def divide_again(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    match loss:
        case Binary(operator="/", right=right):
            yield "divided-twice", Binary("/", loss, right)
            for number in {2, world.micro_batches}:
                yield "divided-twice", Binary("/", loss, Number(number))
        case Binary(operator="+"):
            yield "mean-for-sum", Binary("/", loss, Number(2))
        case _ if world.is_in_loop:
            yield "divided-needlessly", Binary("/", loss, Number(world.micro_batches))


def other_divisor(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    if isinstance(loss, Binary) and loss.operator == "/":
        for number in sorted({2, 3, 4, world.micro_batches}):
            if loss.right != Number(number):
                yield "wrong-divisor", Binary("/", loss.left, Number(number))


def scale(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    for factor in (2, 4):
        yield "wrong-formula", Binary("*", Number(factor), loss)
        yield "wrong-formula", Binary("/", loss, Number(factor))


def negate(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    yield "sign", loss.operand if isinstance(loss, Negative) else Negative(loss)


def sum_and_mean(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    def other(node: Expr) -> Expr:
        if isinstance(node, FunctionCall) and isinstance(node.function, Name) and len(node.arguments) == 1:
            return replace(node, function=Name({"sum": "mean", "mean": "sum"}.get(node.function.id, node.function.id)))
        return node

    if (changed := transform(loss, other)) != loss:
        yield "mean-for-sum" if "sum" in _function_names(loss) else "sum-for-mean", changed
    match loss:
        case Binary(operator="/", left=left) if "sum" in _function_names(left):
            means = transform(left, other)
            yield "mean-for-sum", means
            yield "mean-of-means", Binary("/", means, Number(world.micro_batches))


def sum_for_default_mean(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    """`reduction='sum'` in a loss that averages by default, with and without its divisor."""

    def summed(node: Expr) -> Expr:
        if (
            isinstance(node, FunctionCall)
            and isinstance(node.function, Name)
            and node.function.id.endswith(("_loss", "cross_entropy"))
        ):
            kept = tuple(each for each in node.keywords if each[0] != "reduction")
            return replace(node, keywords=(*kept, ("reduction", Constant("sum"))))
        return node

    if (changed := transform(loss, summed)) != loss:
        yield "sum-for-mean", changed
        match changed:
            case Binary(operator="/", left=Binary(operator="*", left=inner)) | Binary(operator="/", left=inner):
                yield "sum-for-mean", inner


def unreduce(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    if isinstance(loss, FunctionCall) and loss.function in (Name("sum"), Name("mean")) and len(loss.arguments) == 1:
        yield "non-scalar-backward", loss.arguments[0]


def remove_detach(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    def attached(node: Expr) -> Expr:
        return node.arguments[0] if isinstance(node, FunctionCall) and node.function == Name("detach") else node

    if (changed := transform(loss, attached)) != loss:
        yield "leak" if len(world.exercise.setup.optimizers) > 1 else "not-detached", changed


def detach_part(world: LossWorld, loss: Expr) -> Iterator[tuple[str, Expr]]:
    """One name, or the output of one module, detached from the graph."""
    parts = dict.fromkeys(node for node in walk(loss) if node in world.differentiable or world.is_module_call(node))
    for part in single_items(list(parts)):
        detached = FunctionCall(Name("detach"), (part,))
        yield "detached", transform(loss, lambda node, part=part, detached=detached: detached if node == part else node)  # type: ignore[misc]


def _function_names(loss: Expr) -> set[str]:
    return {node.function.id for node in walk(loss) if isinstance(node, FunctionCall) and isinstance(node.function, Name)}
