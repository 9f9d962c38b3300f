"""backward() and torch.autograd.grad: which leaves get a contribution, and when a graph is freed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import add
from typing import Any

from grader.check.oracles.arrays import Array, NotCovered, elementwise, expand, filled
from grader.check.oracles.calculus import Calculus
from grader.check.oracles.evaluate import as_value
from grader.check.oracles.graph import Gradient, OracleLeaf, OracleValue, Target, graph_of
from grader.check.oracles.world import leaves_of
from grader.expressions.tree import Expr
from grader.records.exercise import Backward

# Parts of PyTorch's error messages that are the same in all versions.
FREED = "Trying to backward through the graph a second time"
NO_GRAPH = "does not require grad and does not have a grad_fn"
NOT_SCALAR = "grad can be implicitly created only for scalar outputs"


class LedgerError(Exception):
    """The step raises an error, as it does in PyTorch. The message is a part of PyTorch's message."""


def backward(action: Backward, value: Callable[[Expr], Any], calculus: Calculus) -> None:
    """Add the contribution of the losses to every leaf they depend on. Raises LedgerError like PyTorch, or NotCovered."""
    if action.create_graph:
        raise NotCovered("a .grad that has a graph")
    losses = [as_value(value(loss)) for loss in action.of]
    seeds = _seeds(losses, [value(seed) for seed in action.gradient])
    inputs = list(leaves_of([value(expr) for expr in action.inputs]))
    _need_a_graph(losses)
    graph = list(graph_of(losses))
    _use_graph(graph, keep=action.retain_graph)
    targets = _targets(graph, inputs)
    contributions = [calculus.contribution(losses, seeds, target) for target in targets]
    for target, contribution in zip(targets, contributions, strict=True):
        _accumulate(target, contribution)


def _seeds(losses: Sequence[OracleValue], given: Sequence[Any]) -> list[Array]:
    if not given:
        if any(loss.numbers.size != 1 for loss in losses):
            raise LedgerError(NOT_SCALAR)
        return [filled(loss.numbers.shape, 1.0) for loss in losses]
    return [expand(as_value(seed).numbers, loss.numbers.shape) for loss, seed in zip(losses, given, strict=True)]


def autograd_grad(given: dict[str, Any], calculus: Calculus) -> Any:
    """torch.autograd.grad: contributions that are added to no `.grad`."""
    loss, inputs = as_value(given["loss"]), given["inputs"]
    if given.get("grad_outputs") is None and loss.numbers.size != 1:
        raise LedgerError(NOT_SCALAR)
    seeds = _seeds([loss], [each for each in [given.get("grad_outputs")] if each is not None])
    _need_a_graph([loss])
    keeps_graph = bool(given.get("create_graph"))
    graph = list(graph_of([loss]))
    _use_graph(graph, keep=bool(given.get("retain_graph", keeps_graph)))
    targets = inputs if isinstance(inputs, list) else [inputs]
    found = [_derivative(loss, seeds, target, graph, keeps_graph, calculus) for target in targets]
    return found if isinstance(inputs, list) else found[0]


def _derivative(
    loss: OracleValue, seeds: list[Array], target: Any, graph: list[OracleValue], keeps_graph: bool, calculus: Calculus
) -> OracleValue | None:
    if not isinstance(target, OracleLeaf | OracleValue):
        raise NotCovered("the gradient with respect to something that is not a tensor")
    if not any(value is target or value.leaf is target for value in graph):
        return None
    contribution = calculus.contribution([loss], seeds, target)
    if not keeps_graph:
        return OracleValue(contribution)
    if not calculus.second_order or loss.numbers.size != 1:
        raise NotCovered("a second derivative")
    return OracleValue(contribution, needs_grad=True, saves_tensors=True, derivative_of=(loss, target))


def _need_a_graph(losses: Sequence[OracleValue]) -> None:
    if any(not loss.needs_grad for loss in losses):
        raise LedgerError(NO_GRAPH)


def _use_graph(graph: Sequence[OracleValue], *, keep: bool) -> None:
    """Raise LedgerError if a part of the graph is freed already; free the graph unless it is kept."""
    if any(value.freed for value in graph):
        raise LedgerError(FREED)
    for value in graph:
        value.freed = value.saves_tensors and not keep


def _targets(graph: Sequence[OracleValue], inputs: Sequence[OracleLeaf]) -> list[Target]:
    """The leaves and the values with `retain_grad` to which this backward adds."""
    leaves = {id(value.leaf): value.leaf for value in graph if value.leaf is not None and value.leaf.requires_grad}
    if inputs:
        wanted = {id(leaf) for leaf in inputs}
        return [leaf for leaf in leaves.values() if id(leaf) in wanted]
    return [*leaves.values(), *(value for value in graph if value.retains_grad)]


def _accumulate(target: Target, contribution: Array) -> None:
    hooks, hooks_after = (target.hooks, target.hooks_after) if isinstance(target, OracleLeaf) else ([], [])
    for hook in hooks:
        contribution = expand(hook(contribution), target.numbers.shape)
    if target.grad is None:
        target.grad = Gradient(contribution)
    else:
        target.grad.numbers = elementwise(add, target.grad.numbers, contribution)
    for hook in hooks_after:
        target.grad.numbers = hook(target.grad.numbers)
