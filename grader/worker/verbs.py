"""What each verb of a step does in torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeGuard

import torch

from grader.expressions.parse import parse
from grader.expressions.tree import Attribute, Expr
from grader.worker.build import World
from grader.worker.encode import Document
from grader.worker.functions import evaluate
from grader.worker.snapshot import Arrivals, Leaves


class Verbs:
    """Acts on the names of one case.

    `touched` has the leaves that the last step was about; `wrote_other` says that it wrote a tensor that is no leaf, and that
    may share memory with one.
    """

    def __init__(self, world: World, leaves: Leaves) -> None:
        self.names = world.names
        self.leaves = leaves
        self.touched: list[str] = []
        self.wrote_other = False
        self._optimizers = world.optimizers
        self._arrived: dict[str, None] = {}
        self._arrivals = Arrivals(leaves, self._gradient_arrived)
        self._actions: dict[str, Callable[[Document], None]] = {
            "backward": self._backward,
            "zero": self._zero,
            "step": self._step,
            "clip": self._clip,
            "set": self._set,
            "requires_grad": self._requires_grad,
            "let": self._let,
            "retain_grad": self._retain_grad,
            "code": self._code,
            "look": lambda step: None,
        }

    def do(self, step: Document) -> None:
        """Raises whatever the step raises."""
        self.touched, self.wrote_other = [], False
        self._actions[step["verb"]](step)

    def value(self, text: str) -> Any:
        return evaluate(parse(text), self.names)

    def remove_hooks(self) -> None:
        self._arrivals.remove()

    def _gradient_arrived(self, name: str) -> None:
        self._arrived[name] = None

    def _backward(self, step: Document) -> None:
        losses = self._values_of(step["of"])
        gradients = [_gradient_like(loss, value) for loss, value in zip(losses, self._values_of(step["gradient"]), strict=False)]
        inputs = list(_tensors_of(self._values_of(step["inputs"]))) or None
        self._arrived = {}
        try:
            torch.autograd.backward(
                losses,
                gradients or None,
                retain_graph=step["retain_graph"] or None,
                create_graph=step["create_graph"],
                inputs=inputs,
            )
        finally:
            self.touched = list(self._arrived)

    def _zero(self, step: Document) -> None:
        to_none = step["set_to_none"]
        for thing in self._values_of(step["of"]):
            self.touched += self.leaves.watched(_tensors_of([thing]))
            if isinstance(thing, torch.nn.Module | torch.optim.Optimizer):
                thing.zero_grad() if to_none is None else thing.zero_grad(to_none)
                continue
            for tensor in _tensors_of([thing]):
                _reset_grad(tensor, bool(to_none))

    def _step(self, step: Document) -> None:
        optimizer = self._optimizers[step["optimizer"]]
        self.touched = self.leaves.watched(_tensors_of([optimizer]))
        optimizer.step()

    def _clip(self, step: Document) -> None:
        tensors = list(_tensors_of(self._values_of(step["of"])))
        self.touched = self.leaves.watched(tensors)
        if step["max_norm"] is not None:
            torch.nn.utils.clip_grad_norm_(tensors, step["max_norm"])
        else:
            torch.nn.utils.clip_grad_value_(tensors, step["clip_value"])

    def _set(self, step: Document) -> None:
        with torch.no_grad():
            written = [(self._owner(target), is_grad(target), self.value(value)) for target, value in step["targets"]]
            for owner, to_grad, value in [(owner, to_grad, _copy_for(owner, value)) for owner, to_grad, value in written]:
                if to_grad:
                    _set_grad(owner, value)
                else:
                    owner.copy_(value)
                self.touched += self.leaves.watched([owner])
                self.wrote_other |= id(owner) not in self.leaves.by_id

    def _owner(self, target: str) -> torch.Tensor:
        """The leaf of a target: the target itself, or the tensor whose `.grad` it is."""
        expr = parse(target)
        return evaluate(expr.value if _ends_in_grad(expr) else expr, self.names)  # type: ignore[no-any-return]

    def _requires_grad(self, step: Document) -> None:
        for text, wanted in step["of"]:
            self.value(text).requires_grad_(wanted)

    def _let(self, step: Document) -> None:
        for name, text in step["names"]:
            self.names[name] = self.value(text)

    def _retain_grad(self, step: Document) -> None:
        self.value(step["of"]).retain_grad()

    def _code(self, step: Document) -> None:
        self.names["torch"] = torch
        exec(compile(step["source"], "<code>", "exec", dont_inherit=True), self.names)

    def _values_of(self, texts: list[str]) -> list[Any]:
        return [self.value(text) for text in texts]


def is_grad(target: str) -> bool:
    """Is this target of a `set` a `.grad`?"""
    return _ends_in_grad(parse(target))


def _ends_in_grad(target: Expr) -> TypeGuard[Attribute]:
    return isinstance(target, Attribute) and target.name == "grad"


def _tensors_of(things: Iterable[Any]) -> Iterator[torch.Tensor]:
    """The tensors among these things, and those of their modules, optimizers and lists."""
    for thing in things:
        if isinstance(thing, torch.Tensor):
            yield thing
        elif isinstance(thing, torch.nn.Module):
            yield from thing.parameters()
        elif isinstance(thing, torch.optim.Optimizer):
            yield from (parameter for group in thing.param_groups for parameter in group["params"])
        else:
            yield from _tensors_of(thing)


def _gradient_like(loss: torch.Tensor, value: Any) -> torch.Tensor:
    """A value as a tensor of the loss's shape; a tensor is returned unchanged, with its graph."""
    if isinstance(value, torch.Tensor):
        return value
    return torch.as_tensor(value, dtype=loss.dtype, device=loss.device).expand_as(loss)


def _reset_grad(tensor: torch.Tensor, to_none: bool) -> None:
    if to_none:
        tensor.grad = None
    elif tensor.grad is not None:
        with torch.no_grad():
            tensor.grad.zero_()


def _copy_for(owner: torch.Tensor, value: Any) -> torch.Tensor:
    """A copy of the value; a plain number in the owner's dtype, or a float64 leaf would get the nearest float32."""
    return value.clone() if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=owner.dtype, device=owner.device)


def _set_grad(tensor: torch.Tensor, value: torch.Tensor) -> None:
    if tensor.grad is None:
        tensor.grad = value.to(tensor).expand_as(tensor).clone()
    else:
        tensor.grad.copy_(value)
