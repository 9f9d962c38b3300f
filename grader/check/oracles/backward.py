"""backward and torch.autograd.grad: who gets a share, and when a graph is used up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import add
from typing import Any

from grader.check.oracles.arrays import Array, NotCovered, elementwise, expand, filled
from grader.check.oracles.calculus import Calculus
from grader.check.oracles.evaluate import as_value
from grader.check.oracles.graph import Gradient, OracleLeaf, OracleValue, Target, below
from grader.check.oracles.world import leaves_of
from grader.expressions import Expr
from grader.records.exercise import Backward

# What PyTorch says when these go wrong, as far as it is the same in all versions.
FREED = "Trying to backward through the graph a second time"
NO_GRAPH = "does not require grad and does not have a grad_fn"
NOT_SCALAR = "grad can be implicitly created only for scalar outputs"


class LedgerError(Exception):
    """The step raises, as it does in PyTorch; the message is a part of PyTorch's."""


def backward(action: Backward, value: Callable[[Expr], Any], calculus: Calculus) -> None:
    """Add the share of the losses to every leaf that they need. Raises LedgerError as PyTorch would, or NotCovered."""
    if action.create_graph:
        raise NotCovered("a .grad that has a graph")
    losses = [as_value(value(loss)) for loss in action.of]
    seeds = _seeds(losses, [value(seed) for seed in action.gradient])
    inputs = list(leaves_of([value(expr) for expr in action.inputs]))
    _need_a_graph(losses)
    needed = list(below(losses))
    _go_through(needed, keep=action.retain_graph)
    for target, share in [(target, calculus.share(losses, seeds, target)) for target in _targets(needed, inputs)]:
        _accumulate(target, share)


def _seeds(losses: Sequence[OracleValue], given: Sequence[Any]) -> list[Array]:
    if not given:
        if any(loss.numbers.size != 1 for loss in losses):
            raise LedgerError(NOT_SCALAR)
        return [filled(loss.numbers.shape, 1.0) for loss in losses]
    return [expand(as_value(seed).numbers, loss.numbers.shape) for loss, seed in zip(losses, given, strict=True)]


def slopes(given: dict[str, Any], calculus: Calculus) -> Any:
    """torch.autograd.grad: shares that are added to no `.grad`."""
    loss, inputs = as_value(given["loss"]), given["inputs"]
    if given.get("grad_outputs") is None and loss.numbers.size != 1:
        raise LedgerError(NOT_SCALAR)
    seeds = _seeds([loss], [each for each in [given.get("grad_outputs")] if each is not None])
    _need_a_graph([loss])
    keeps_graph = bool(given.get("create_graph"))
    needed = list(below([loss]))
    _go_through(needed, keep=bool(given.get("retain_graph", keeps_graph)))
    found = [_slope(loss, seeds, target, needed, keeps_graph, calculus) for target in _as_list(inputs)]
    return found if isinstance(inputs, list) else found[0]


def _slope(
    loss: OracleValue, seeds: list[Array], target: Any, needed: list[OracleValue], keeps_graph: bool, calculus: Calculus
) -> OracleValue | None:
    if not isinstance(target, OracleLeaf | OracleValue):
        raise NotCovered("a gradient of what is no tensor")
    if not any(value is target or value.leaf is target for value in needed):
        return None
    share = calculus.share([loss], seeds, target)
    if not keeps_graph:
        return OracleValue(share)
    if not calculus.second_order or loss.numbers.size != 1:
        raise NotCovered("the slope of a slope")
    return OracleValue(share, needs_grad=True, keeps_tensors=True, slope_of=(loss, target))


def _need_a_graph(losses: Sequence[OracleValue]) -> None:
    if any(not loss.needs_grad for loss in losses):
        raise LedgerError(NO_GRAPH)


def _go_through(needed: Sequence[OracleValue], *, keep: bool) -> None:
    """Raise if a graph on the way is freed already; free it unless it is kept."""
    if any(value.freed for value in needed):
        raise LedgerError(FREED)
    for value in needed:
        value.freed = value.keeps_tensors and not keep


def _targets(needed: Sequence[OracleValue], inputs: Sequence[OracleLeaf]) -> list[Target]:
    """The leaves, and the values that retain their gradient, to which this backward adds."""
    leaves = {id(value.leaf): value.leaf for value in needed if value.leaf is not None and value.leaf.requires_grad}
    if inputs:
        wanted = {id(leaf) for leaf in inputs}
        return [leaf for leaf in leaves.values() if id(leaf) in wanted]
    return [*leaves.values(), *(value for value in needed if value.retains_grad)]


def _accumulate(target: Target, share: Array) -> None:
    hooks, hooks_after = (target.hooks, target.hooks_after) if isinstance(target, OracleLeaf) else ([], [])
    for hook in hooks:
        share = expand(hook(share), target.numbers.shape)
    if target.grad is None:
        target.grad = Gradient(share)
    else:
        target.grad.numbers = elementwise(add, target.grad.numbers, share)
    for hook in hooks_after:
        target.grad.numbers = hook(target.grad.numbers)


def _as_list(thing: Any) -> list[Any]:
    return thing if isinstance(thing, list) else [thing]
