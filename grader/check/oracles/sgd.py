"""torch.optim.SGD by its definition: weight decay, then momentum with dampening, then Nesterov's look ahead."""

from __future__ import annotations

from typing import Any

from grader.check.oracles.arrays import Array, NotCovered, as_array
from grader.check.oracles.world import Optimizer


def step(optimizer: Any) -> None:
    """Change every leaf that has a gradient; one whose `.grad` is None is passed over."""
    if not isinstance(optimizer, Optimizer):
        raise NotCovered("a step of what is no optimizer")
    for leaf in optimizer.leaves:
        if leaf.grad is not None:
            change = _change(optimizer, id(leaf), leaf.grad.numbers, leaf.numbers)
            leaf.change(as_array(leaf.numbers - optimizer.lr * change))


def _change(optimizer: Optimizer, leaf: int, grad: Array, value: Array) -> Array:
    """The direction of the step, before the learning rate."""
    sign, decay, momentum = -1 if optimizer.maximize else 1, optimizer.weight_decay, optimizer.momentum
    slope = as_array(sign * grad + decay * value)
    if not momentum:
        return slope
    buffer = optimizer.buffers.get(leaf)
    fresh = 1 - optimizer.dampening
    moved = slope if buffer is None else as_array(momentum * buffer + fresh * slope)
    optimizer.buffers[leaf] = moved
    return as_array(slope + momentum * moved) if optimizer.nesterov else moved
