"""torch.optim.SGD by its definition: weight decay, then momentum with dampening, then Nesterov momentum.

Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
"""

from __future__ import annotations

from typing import Any

from grader.check.oracles.arrays import Array, NotCovered, as_array
from grader.check.oracles.world import Optimizer


def step(optimizer: Any) -> None:
    """Change every leaf that has a gradient; a leaf whose `.grad` is None is skipped."""
    if not isinstance(optimizer, Optimizer):
        raise NotCovered("step() of something that is not an optimizer")
    for leaf in optimizer.leaves:
        if leaf.grad is not None:
            change = _change_of_leaf(optimizer, id(leaf), leaf.grad.numbers, leaf.numbers)
            leaf.change(as_array(leaf.numbers - optimizer.lr * change))


def _change_of_leaf(optimizer: Optimizer, leaf: int, grad: Array, value: Array) -> Array:
    """The change of the leaf, before the learning rate."""
    sign, decay, momentum = -1 if optimizer.maximize else 1, optimizer.weight_decay, optimizer.momentum
    gradient = as_array(sign * grad + decay * value)
    if not momentum:
        return gradient
    buffer = optimizer.buffers.get(leaf)
    fresh = 1 - optimizer.dampening
    moved = gradient if buffer is None else as_array(momentum * buffer + fresh * gradient)
    optimizer.buffers[leaf] = moved
    return as_array(gradient + momentum * moved) if optimizer.nesterov else moved
