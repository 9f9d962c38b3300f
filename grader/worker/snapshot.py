"""The state of the watched leaves: what was last sent of each, and, cheaply, what changed since.

Use this module only while torch functions are not intercepted.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch

from grader.worker.encode import Document, encode_tensor

_MAX_REMEMBERED = 1_000

_grad = torch._C.TensorBase.grad.__get__  # type: ignore[union-attr]
_version_of = torch._C.TensorBase._version.__get__  # type: ignore[attr-defined]
_layout = torch._C.TensorBase.layout.__get__  # type: ignore[attr-defined]
_storage = torch._C.TensorBase.untyped_storage
_sparse_values = torch._C.TensorBase._values
_SPARSE = torch.sparse_coo
_place = operator.attrgetter("place")


class WatchedLeaf:
    """One watched leaf and what was last sent of it. `place`: its place among all leaves."""

    __slots__ = (
        "escaped",
        "grad",
        "grad_object",
        "grad_storage",
        "grad_version",
        "name",
        "place",
        "tensor",
        "value",
        "value_storage",
        "value_version",
    )

    def __init__(self, name: str, tensor: torch.Tensor, place: int) -> None:
        self.name, self.tensor, self.place = name, tensor, place
        self.escaped: tuple[int | None] | None = None  # the line from which numbers can change unseen
        self.value: Document = encode_tensor(tensor)
        grad = _grad(tensor)
        self.grad: Document | None = None if grad is None else encode_tensor(grad)
        self.look_again()

    def look_again(self) -> None:
        """Remember what a later change is compared with."""
        self._look_at_grad()
        self._look_at_value()

    def _look_at_grad(self) -> None:
        grad = self.grad_object = _grad(self.tensor)
        self.grad_version = None if grad is None else _version(grad)
        self.grad_storage = None if grad is None else storage_of(grad)

    def _look_at_value(self) -> None:
        self.value_version = _version(self.tensor)
        self.value_storage = storage_of(self.tensor)

    @property
    def grad_moved(self) -> bool:
        grad = _grad(self.tensor)
        return grad is not self.grad_object or (grad is not None and _version(grad) != self.grad_version)

    @property
    def value_moved(self) -> bool:
        return _version(self.tensor) != self.value_version

    @property
    def moved(self) -> bool:
        """Can anything have changed since `look_again`? Reads no numbers."""
        return self.escaped is not None or self.grad_moved or self.value_moved

    @property
    def grad_is_empty(self) -> bool:
        """Was `.grad` None or all zeros when it was last sent?"""
        return self.grad is None or not any(self.grad["data"])

    def grad_is_empty_now(self) -> bool:
        grad = _grad(self.tensor)
        return grad is None or not any(encode_tensor(grad)["data"])

    def changes(self, *, grad: bool, value: bool) -> Document:
        """What differs from what was last sent, in `.grad`, in the value or in both."""
        found: Document = {}
        if grad:
            self._grad_changes(found)
        if value:
            self._value_changes(found)
        return found

    def visible_changes(self) -> Document:
        """What differs in the parts that moved."""
        escaped = self.escaped is not None
        return self.changes(grad=escaped or self.grad_moved, value=escaped or self.value_moved)

    def _grad_changes(self, found: Document) -> None:
        self._look_at_grad()
        new = None if self.grad_object is None else encode_tensor(self.grad_object)
        if not same(new, self.grad):
            self.grad = found["grad"] = new

    def _value_changes(self, found: Document) -> None:
        self._look_at_value()
        new = encode_tensor(self.tensor)
        if not same(new, self.value):
            self.value = found["value"] = new


class Leaves:
    """All watched leaves, and the gradients that they had."""

    def __init__(self, tensors: Mapping[str, torch.Tensor]) -> None:
        self.by_name = {name: WatchedLeaf(name, tensor, place) for place, (name, tensor) in enumerate(tensors.items())}
        self.all = tuple(self.by_name.values())
        self.by_id = {id(leaf.tensor): leaf for leaf in self.all}
        self.past_grads: dict[tuple[float, ...], str] = {}

    def moved(self) -> list[WatchedLeaf]:
        """The leaves in which anything can have changed since `look_again`."""
        return [leaf for leaf in self.all if leaf.moved]

    def state(self) -> Document:
        """Every leaf as it was last sent."""
        return {leaf.name: {"value": leaf.value, "grad": leaf.grad} for leaf in self.all}

    def watched(self, tensors: Iterable[Any]) -> list[str]:
        """The names of the watched leaves among these tensors, in the order of the leaves."""
        found = {self.by_id[id(tensor)] for tensor in tensors if id(tensor) in self.by_id}
        return [leaf.name for leaf in sorted(found, key=_place)]

    def sharing(self, tensors: Iterable[torch.Tensor]) -> tuple[list[WatchedLeaf], list[WatchedLeaf]]:
        """The leaves whose `.grad`, and the leaves whose value, is one of these tensors or shares its memory."""
        grads: list[WatchedLeaf] = []
        values: list[WatchedLeaf] = []
        for tensor in tensors:
            storage = storage_of(tensor)
            for leaf in self.all:
                if tensor is leaf.grad_object or (storage is not None and storage == leaf.grad_storage):
                    grads.append(leaf)
                elif tensor is leaf.tensor or (storage is not None and storage == leaf.value_storage):
                    values.append(leaf)
        return grads, values

    def remember(self, changes: Document) -> None:
        """Keep the gradients among these changes, to recognise a copy of one later."""
        for name, change in changes.items():
            grad = change.get("grad")
            if grad is not None and len(grad["data"]) <= _MAX_REMEMBERED and any(grad["data"]):
                self.past_grads[tuple(grad["data"])] = name


class Arrivals:
    """Reports each watched leaf that receives a gradient, through hooks that run after each accumulation."""

    def __init__(self, leaves: Leaves, noticed: Callable[[str], None]) -> None:
        self._noticed = noticed
        self._handles = [
            leaf.tensor.register_post_accumulate_grad_hook(self._hook(leaf.name))  # type: ignore[no-untyped-call]
            for leaf in leaves.all
        ]

    def _hook(self, name: str) -> Callable[[torch.Tensor], None]:
        noticed = self._noticed

        def arrived(_: torch.Tensor) -> None:
            noticed(name)

        return arrived

    def remove(self) -> None:
        for handle in self._handles:
            handle.remove()


def same(one: Document | None, other: Document | None) -> bool:
    """Are numbers, shape, dtype and device equal? NaN equals NaN here."""
    if one is None or other is None:
        return one is other
    if one == other:
        return True
    alike = all(one[key] == other[key] for key in ("shape", "dtype", "device"))
    return alike and all(a == b or (a != a and b != b) for a, b in zip(one["data"], other["data"], strict=True))


def storage_of(tensor: torch.Tensor) -> int | None:
    """A number that tensors with shared memory have in common; None for tensors without a storage."""
    try:
        holder = _sparse_values(tensor) if _layout(tensor) is _SPARSE else tensor
        address: int = _storage(holder)._cdata
        return address
    except (RuntimeError, NotImplementedError):
        return None


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in a value: itself, or those in its lists and tuples."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors_in(item)


def _version(tensor: torch.Tensor) -> int:
    try:
        version: int = _version_of(tensor)
    except RuntimeError:  # a tensor made in inference mode counts no versions
        return -1
    return version
