"""Performs replays: steps on a state that the parent process sends. The answer has only the leaves that changed.

The objects of a case are built once. Each replay sets every leaf that its steps can read or change, so nothing is left of the
replay before it: the names that it bound are unbound, and objects whose shape or dtype it changed are built again.
"""

from __future__ import annotations

import contextlib
import copy
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import torch

from grader.worker.build import build
from grader.worker.encode import Document, decode_tensor, encode_tensor
from grader.worker.snapshot import Leaves, same
from grader.worker.verbs import Verbs

_ABSENT = object()


class ReplayedCase:
    """The replays of one case, one after another."""

    def __init__(self, setup: Document, device: torch.device | str) -> None:
        self._setup, self._device = setup, device
        self._steps: list[Document] = []
        self._start, self._before = _SentState(device), _SentState(device)
        self._objects: _Objects | None = None
        self._walk = _Walk(setup, device)

    def perform(self, request: Document) -> Document:
        """The message that answers a request."""
        self._steps += request["new_steps"]
        self._start.update(request["start"] or {})
        self._before.update(request["before"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {"message": "replayed", "after": self._changes(request)}

    def _changes(self, request: Document) -> Document | None:
        """What the last step changes; None if it is not reached."""
        steps = [self._steps[place] for place in request["steps"]]
        leaves, own = request["leaves"], request["own"]
        if request["walk"] is not None:
            self._walk.add(steps[:own], anew=request["walk"] == "anew")
            return self._walk.changes(steps[own:], leaves, self._before)
        objects = None if request["from_setup"] else self._objects
        self._objects = None
        try:
            objects = objects or _Objects(self._setup, self._device)
            objects.set_flags(None if request["flags"] is None else self._steps[request["flags"]])
            with objects.names_bound_by(steps):
                if request["start"] is not None:
                    objects.set_leaves(leaves, self._start)
                objects.perform(steps[:own])
                objects.set_leaves(leaves, self._before)
                objects.perform(steps[own:-1])
                objects.try_to_perform(steps[-1])
        except BaseException:
            return None
        if not (request["from_setup"] or objects.were_reshaped):
            self._objects = objects
        return objects.differences(leaves, self._before)


class _Walk:
    """Objects with which the steps are performed from the setup on. Replays between the steps leave no trace in them."""

    def __init__(self, setup: Document, device: torch.device | str) -> None:
        self._setup, self._device = setup, device
        self._steps: list[Document] = []
        self._performed = 0
        self._objects: _Objects | None = None

    def add(self, steps: list[Document], *, anew: bool) -> None:
        """These steps come next, after those before or after the setup."""
        if anew:
            self._steps, self._objects = [], None
        self._steps += steps

    def changes(self, own: list[Document], leaves: list[str], before: _SentState) -> Document | None:
        """What the last of a replay's own steps changes; None if it is not reached."""
        objects, performed = (self._objects, self._performed) if self._objects else (None, 0)
        self._objects = None
        try:
            objects = objects or _Objects(self._setup, self._device)
            objects.perform(self._steps[performed:])
            with objects.names_bound_by(own), objects.undone(leaves):
                objects.set_leaves(leaves, before)
                objects.perform(own[:-1])
                objects.try_to_perform(own[-1])
                found = objects.differences(leaves, before)
        except BaseException:
            return None
        if not objects.were_reshaped:
            self._objects, self._performed = objects, len(self._steps)
        return found


class _SentState:
    """The state of each leaf, as it was sent last: its parts as documents, and as tensors."""

    def __init__(self, device: torch.device | str) -> None:
        self._device = device
        self.documents: dict[str, Document] = {}
        self.tensors: dict[str, dict[str, torch.Tensor | None]] = {}

    def update(self, changes: Document) -> None:
        for name, parts in changes.items():
            documents, tensors = self.documents.setdefault(name, {}), self.tensors.setdefault(name, {})
            for part, document in parts.items():
                documents[part] = document
                tensors.pop(part, None)  # in case that it cannot be decoded
                with contextlib.suppress(RuntimeError, TypeError, ValueError, OverflowError):
                    tensors[part] = None if document is None else decode_tensor(document, self._device)


class _Objects:
    """What the setup of the case declares. `were_reshaped`: a leaf has got another shape or dtype."""

    def __init__(self, setup: Document, device: torch.device | str) -> None:
        world = build(setup, device)
        self.were_reshaped = False
        self._leaves = Leaves(world.leaves)
        self._verbs = Verbs(world, self._leaves)
        self._flags: Any = None
        self._optimizers = tuple(world.optimizers.values())

    def set_flags(self, flags: Document | None) -> None:
        """Let every leaf require a gradient, except where this `requires_grad` step says something else."""
        if flags is not self._flags:
            for leaf in self._leaves.all:
                leaf.tensor.requires_grad_()
            if flags is not None:
                self._verbs.do(flags)
            self._flags = flags

    @contextlib.contextmanager
    def names_bound_by(self, steps: list[Document]) -> Iterator[None]:
        """Unbind afterwards what the steps have bound, and distrust the flags that they have set."""
        names = self._verbs.names
        bound = {name for step in steps if step["verb"] == "let" for name, _ in step["names"]}
        hidden = {name: names[name] for name in bound & names.keys()}
        yield
        for name in bound:
            names.pop(name, None)
        names.update(hidden)
        if any(step["verb"] == "requires_grad" for step in steps):
            self._flags = _ABSENT

    @contextlib.contextmanager
    def undone(self, names: Iterable[str]) -> Iterator[None]:
        """Give these leaves and all optimizers afterwards what they have now."""
        tensors = [self._leaves.by_name[name].tensor for name in names]
        leaves = [(tensor, tensor.data.clone(), tensor.grad) for tensor in tensors]
        memories = [(optimizer, optimizer.state) for optimizer in self._optimizers]
        for optimizer, memory in memories:
            optimizer.state = copy.deepcopy(memory, {id(parameter): parameter for parameter in memory})
        yield
        for optimizer, memory in memories:
            optimizer.state = memory
        for tensor, value, grad in leaves:
            if not self.were_reshaped:
                tensor.data.copy_(value)
                tensor.grad = grad

    def set_leaves(self, names: Iterable[str], state: _SentState) -> None:
        """Give these leaves their value and their `.grad`. Raises an error if the two do not fit."""
        for name in names:
            tensor, sent = self._leaves.by_name[name].tensor, state.tensors[name]
            value, grad = sent["value"], sent["grad"]
            assert value is not None
            if value.shape == tensor.shape and value.dtype == tensor.dtype:
                tensor.data.copy_(value)
            else:
                tensor.data = value.clone()
                self.were_reshaped = True
            tensor.grad = None if grad is None else grad.clone()

    def perform(self, steps: Iterable[Document]) -> None:
        """Perform steps and their observations. Raises whatever they raise."""
        for step in steps:
            self._verbs.do(step)
            for text in step["look"]:
                self._verbs.value(text)

    def try_to_perform(self, step: Document) -> None:
        """Perform the last step: what it leaves counts even if it raises an error."""
        with contextlib.suppress(BaseException):
            self._verbs.do(step)

    def differences(self, names: Iterable[str], state: _SentState) -> Document:
        """The parts of these leaves that are not as in this state."""
        found: Document = {}
        for name in names:
            tensor, sent = self._leaves.by_name[name].tensor, state.documents[name]
            now = {"value": encode_tensor(tensor), "grad": None if tensor.grad is None else encode_tensor(tensor.grad)}
            changed = {part: document for part, document in now.items() if not same(document, sent[part])}
            if changed:
                found[name] = changed
        return found
