"""Performs a program of steps in torch and sends what each step did: the run from which expected values come."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch

from grader.expressions.parse import parse
from grader.expressions.tree import Attribute, Expr
from grader.worker.build import World, build
from grader.worker.call_sites import CallSite
from grader.worker.encode import Document, decode_tensor, describe_error, encode_value
from grader.worker.functions import evaluate
from grader.worker.recorder import Send, call_document
from grader.worker.snapshot import Arrivals, Leaves


def perform(program: Document, device: torch.device | str, send: Send) -> None:
    """Run a program document: sends start, one `performed` per step up to the one that raised, and end."""
    try:
        world = build(program["setup"], device)
    except Exception as error:
        send({"message": "start", "state": {}})
        send(_end(error=describe_error(error, None)))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = _Run(world)
        send({"message": "start", "state": run.leaves.state()})
        try:
            send(_perform_all(run, program, device, send))
        finally:
            run.arrivals.remove()


def _perform_all(run: _Run, program: Document, device: torch.device | str, send: Send) -> Document:
    steps, override = program["steps"], program["override"]
    prepared = _start_of_last_group(steps) if override else None
    for index, step in enumerate(steps):
        if index == prepared:
            run.override(override, device)
        performed = run.perform(step)
        send(performed)
        if performed["raised"] is not None:
            return _end()
    try:
        return _end(returned=encode_value(run.returned(program["returns"])))
    except Exception as error:
        return _end(error=describe_error(error, None))


def _start_of_last_group(steps: list[Document]) -> int:
    """Where the last step begins, with the steps directly before it that are no calls and prepare it."""
    index = len(steps) - 1
    while index > 0 and not steps[index - 1]["is_call"]:
        index -= 1
    return index


class _Run:
    """One program under way: the world, what was last told of its leaves, and where gradients arrive."""

    def __init__(self, world: World) -> None:
        self.names = world.names
        self.optimizers = world.optimizers
        self.leaves = Leaves(world.leaves)
        self.arrived: dict[str, None] = {}
        self.arrivals = Arrivals(self.leaves, self._gradient_arrived)
        self.tell_all = False
        self.touched: list[str] = []
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

    def perform(self, step: Document) -> Document:
        """Perform one step; the message says what it did, what its looks saw, and what it raised."""
        raised: Document | None = None
        values: list[Any] = []
        self.touched = []
        try:
            self._actions[step["verb"]](step)
        except BaseException as error:
            raised = describe_error(error, None)
        call = self._call(step, raised) if step["is_call"] else None
        if raised is None:
            try:
                values = [encode_value(self.value(text)) for text in step["look"]]
            except Exception as error:
                raised = describe_error(error, None)
        return {"message": "performed", "call": call, "values": [] if raised else values, "raised": raised}

    def override(self, state: Document, device: torch.device | str) -> None:
        """Give every watched leaf this value and this `.grad`; the next call tells all leaves in full."""
        for name, wanted in state.items():
            tensor = self.leaves.by_name[name].tensor
            value = decode_tensor(wanted["value"], device)
            if value.shape == tensor.shape and value.dtype == tensor.dtype:
                tensor.data.copy_(value)
            else:
                tensor.data = value
            tensor.grad = None if wanted["grad"] is None else decode_tensor(wanted["grad"], device)
        self._changes()
        self.tell_all = True

    def value(self, text: str) -> Any:
        return evaluate(parse(text), self.names)

    def returned(self, returns: list[str] | str | None) -> Any:
        if returns is None:
            return None
        return [self.value(text) for text in returns] if isinstance(returns, list) else self.value(returns)

    def _gradient_arrived(self, name: str) -> None:
        self.arrived[name] = None

    def _changes(self) -> Document:
        found = {leaf.name: leaf.changes(grad=True, value=True) for leaf in self.leaves.all}
        return {name: change for name, change in found.items() if change}

    def _call(self, step: Document, raised: Document | None) -> Document:
        after = self._changes()
        touched = self.leaves.watched(self.leaves.by_name[name].tensor for name in self.touched)
        call = call_document(self._kind(step, touched, after), touched, after, CallSite())
        if self.tell_all:
            call["after"] = self.leaves.state()
        return call | {"optimizer": self._optimizer_of(step), "is_step": step["verb"] == "step", "raised": raised}

    def _kind(self, step: Document, touched: list[str], after: Document) -> str:
        verb = str(step["verb"])
        if verb in ("backward", "zero"):
            return verb
        if verb == "step" or any("value" in change for change in after.values()):
            return "update"
        if verb == "set" and not all(_is_grad(parse(target)) for target, _ in step["targets"]):
            return "update"
        if verb == "clip":
            return "edit"
        grads_written = touched and all(self.leaves.by_name[name].grad_is_empty for name in touched)
        return "zero" if grads_written else "edit"

    def _optimizer_of(self, step: Document) -> str | None:
        if step["verb"] == "step":
            return str(step["optimizer"])
        if step["verb"] == "zero" and len(step["of"]) == 1 and step["of"][0] in self.optimizers:
            return str(step["of"][0])
        return None

    # The verbs

    def _backward(self, step: Document) -> None:
        losses = self._all(step["of"])
        gradients = [_like(loss, value) for loss, value in zip(losses, self._all(step["gradient"]), strict=False)]
        inputs = list(_tensors(self._all(step["inputs"]))) or None
        self.arrived = {}
        try:
            torch.autograd.backward(
                losses,
                gradients or None,
                retain_graph=step["retain_graph"] or None,
                create_graph=step["create_graph"],
                inputs=inputs,
            )
        finally:
            self.touched = list(self.arrived)

    def _zero(self, step: Document) -> None:
        to_none = step["set_to_none"]
        for thing in self._all(step["of"]):
            self.touched += self.leaves.watched(_tensors([thing]))
            if isinstance(thing, torch.nn.Module | torch.optim.Optimizer):
                thing.zero_grad() if to_none is None else thing.zero_grad(to_none)
                continue
            for tensor in _tensors([thing]):
                _zero_grad(tensor, bool(to_none))

    def _step(self, step: Document) -> None:
        optimizer = self.optimizers[step["optimizer"]]
        self.touched = self.leaves.watched(_tensors([optimizer]))
        optimizer.step()

    def _clip(self, step: Document) -> None:
        tensors = list(_tensors(self._all(step["of"])))
        self.touched = self.leaves.watched(tensors)
        if step["max_norm"] is not None:
            torch.nn.utils.clip_grad_norm_(tensors, step["max_norm"])
        else:
            torch.nn.utils.clip_grad_value_(tensors, step["clip_value"])

    def _set(self, step: Document) -> None:
        with torch.no_grad():
            written = [(self._owner(target), _is_grad(parse(target)), self.value(value)) for target, value in step["targets"]]
            for owner, is_grad, value in [(owner, is_grad, _copy_for(owner, value)) for owner, is_grad, value in written]:
                if is_grad:
                    _set_grad(owner, value)
                else:
                    owner.copy_(value)
                self.touched += self.leaves.watched([owner])

    def _owner(self, target: str) -> torch.Tensor:
        """The leaf that a target belongs to: itself, or the one whose `.grad` it is."""
        expr = parse(target)
        return evaluate(expr.value if isinstance(expr, Attribute) and expr.name == "grad" else expr, self.names)  # type: ignore[no-any-return]

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

    def _all(self, texts: list[str]) -> list[Any]:
        return [self.value(text) for text in texts]


def _tensors(things: Iterable[Any]) -> Iterator[torch.Tensor]:
    """The tensors among these things, and those of modules, optimizers and lists among them."""
    for thing in things:
        if isinstance(thing, torch.Tensor):
            yield thing
        elif isinstance(thing, torch.nn.Module):
            yield from thing.parameters()
        elif isinstance(thing, torch.optim.Optimizer):
            yield from (parameter for group in thing.param_groups for parameter in group["params"])
        else:
            yield from _tensors(thing)


def _like(tensor: torch.Tensor, value: Any) -> torch.Tensor:
    """A value as a tensor of the same shape; what is a tensor already stays itself, with its graph."""
    if isinstance(value, torch.Tensor):
        return value
    return torch.as_tensor(value, dtype=tensor.dtype, device=tensor.device).expand_as(tensor)


def _zero_grad(tensor: torch.Tensor, to_none: bool) -> None:
    if to_none:
        tensor.grad = None
    elif tensor.grad is not None:
        with torch.no_grad():
            tensor.grad.zero_()


def _is_grad(target: Expr) -> bool:
    return isinstance(target, Attribute) and target.name == "grad"


def _copy_for(owner: torch.Tensor, value: Any) -> torch.Tensor:
    """A copy of its own; a plain number in the owner's dtype, or a float64 leaf would get float32's nearest."""
    return value.clone() if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=owner.dtype, device=owner.device)


def _set_grad(tensor: torch.Tensor, value: torch.Tensor) -> None:
    if tensor.grad is None:
        tensor.grad = value.to(tensor).expand_as(tensor).clone()
    else:
        tensor.grad.copy_(value)


def _end(returned: Any = None, error: Document | None = None) -> Document:
    return {"message": "end", "how": "raised" if error else "returned", "returned": returned, "error": error}
