"""The state of the watched leaves: what was last sent of each, and, cheaply, what changed since.

Use this module only while torch functions are not intercepted.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count
from typing import Any

import torch

from grader.worker.encode import Document, encode_tensor

_MAX_REMEMBERED = 1_000
LOOKS_OF_A_CALL = 64  # leaves that are looked at for each call: up to so many leaves, each call looks at all of them

_grad = torch._C.TensorBase.grad.__get__  # type: ignore[union-attr]
_version_of = torch._C.TensorBase._version.__get__  # type: ignore[attr-defined]
_layout = torch._C.TensorBase.layout.__get__  # type: ignore[attr-defined]
_storage = torch._C.TensorBase.untyped_storage
_sparse_values = torch._C.TensorBase._values
_SPARSE = torch.sparse_coo
_untraced = torch._C.DisableTorchFunction
by_place = operator.attrgetter("place")


class _Looks:
    """What was seen when each leaf was looked at last, by its place: to compare all leaves at once, and to find one."""

    __slots__ = ("escaped", "grad_versions", "grads", "of_grad", "of_grad_storage", "of_value_storage", "value_versions")

    def __init__(self, leaves: int) -> None:
        self.grads: list[torch.Tensor | None] = [None] * leaves
        self.grad_versions: list[int | None] = [None] * leaves
        self.value_versions: list[int] = [0] * leaves
        self.escaped: set[int] = set()
        # The places of the leaves with this gradient (by its id), and with gradients and values in this storage.
        self.of_grad: dict[int, set[int]] = {}
        self.of_grad_storage: dict[int, set[int]] = {}
        self.of_value_storage: dict[int, set[int]] = {}

    def moved(self, tensors: Sequence[torch.Tensor]) -> Iterable[int]:
        """The places of the leaves in which anything can have changed. Raises RuntimeError for a tensor without a version."""
        grads, values = [*map(_grad, tensors)], [*map(_version_of, tensors)]
        grad_versions = [None if grad is None else _version_of(grad) for grad in grads]
        differing = (
            map(operator.is_not, grads, self.grads),
            map(operator.ne, values, self.value_versions),
            map(operator.ne, grad_versions, self.grad_versions),
        )
        moved = self.escaped.union(*(compress(count(), different) for different in differing))
        return sorted(moved)


class WatchedLeaf:
    """One watched leaf and what was last sent of it. `place`: its place among all leaves."""

    __slots__ = (
        "_looks",
        "escaped_on",
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

    def __init__(self, name: str, tensor: torch.Tensor, place: int, looks: _Looks) -> None:
        self.name, self.tensor, self.place = name, tensor, place
        self._looks = looks
        self.escaped_on: tuple[int | None] | None = None
        self.grad_object: torch.Tensor | None = None
        self.grad_storage: int | None = None
        self.value_storage: int | None = None
        self.value: Document = encode_tensor(tensor)
        grad = _grad(tensor)
        self.grad: Document | None = None if grad is None else encode_tensor(grad)
        self.look_again()

    @property
    def escaped(self) -> tuple[int | None] | None:
        """The line from which the numbers can change unseen."""
        return self.escaped_on

    @escaped.setter
    def escaped(self, line: tuple[int | None]) -> None:
        self.escaped_on = line
        self._looks.escaped.add(self.place)

    def look_again(self) -> None:
        """Remember what a later change is compared with."""
        self._look_at_grad()
        self._look_at_value()

    def _look_at_grad(self) -> None:
        looks, place, old, old_storage = self._looks, self.place, self.grad_object, self.grad_storage
        grad = self.grad_object = looks.grads[place] = _grad(self.tensor)
        self.grad_version = looks.grad_versions[place] = None if grad is None else _version(grad)
        self.grad_storage = None if grad is None else storage_of(grad)
        if grad is not old:
            _move(looks.of_grad, place, None if old is None else id(old), None if grad is None else id(grad))
        _move(looks.of_grad_storage, place, old_storage, self.grad_storage)

    def _look_at_value(self) -> None:
        looks, place, old_storage = self._looks, self.place, self.value_storage
        self.value_version = looks.value_versions[place] = _version(self.tensor)
        self.value_storage = storage_of(self.tensor)
        _move(looks.of_value_storage, place, old_storage, self.value_storage)

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
    """All watched leaves, and the gradients that they had.

    To look at all of them for each call would cost their product. Therefore only every n-th call looks at more than
    LOOKS_OF_A_CALL leaves, unless it must be `every_call`. `noticed_late` says that a change was found that is older than the
    last call: then the trace does not say when it happened.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor], *, every_call: bool = True) -> None:
        self._looks = _Looks(len(tensors))
        self.all = tuple(WatchedLeaf(name, tensor, place, self._looks) for place, (name, tensor) in enumerate(tensors.items()))
        self.by_name = {leaf.name: leaf for leaf in self.all}
        self.by_id = {id(leaf.tensor): leaf for leaf in self.all}
        self.past_grads: dict[tuple[float, ...], str] = {}
        self.noticed_late = False
        self._tensors = [leaf.tensor for leaf in self.all]
        self._calls_between = 0 if every_call else len(tensors) // LOOKS_OF_A_CALL
        self._not_looked_at = 0  # calls since all leaves were looked at

    def moved_before(self, written: Iterable[WatchedLeaf], arrived: Collection[WatchedLeaf] = ()) -> list[WatchedLeaf]:
        """The leaves in which anything can have changed since the last look, before a call that can write these.

        `arrived`: those at which a gradient is known to have arrived.
        """
        return self._moved((*written, *arrived), explained=arrived)

    def moved_by(self, written: Collection[WatchedLeaf]) -> list[WatchedLeaf]:
        """The leaves in which anything can have changed, after a call that is known to write these."""
        return self._moved(written, explained=written)

    def moved(self, arrived: Collection[WatchedLeaf] = ()) -> list[WatchedLeaf]:
        """The leaves, of all, in which anything can have changed since the last look."""
        moved = self._moved_of_all()
        self._note_late(moved, explained=arrived)
        self._not_looked_at = 0
        return moved

    def gradient_arrives(self, leaf: WatchedLeaf) -> None:
        """A gradient is about to change this leaf: has anything else changed it before?"""
        if self._not_looked_at > 0:
            with _untraced():
                self._note_late([leaf] if leaf.moved else [], explained=())

    @property
    def all_looked_at(self) -> bool:
        """Does each call look at all leaves?"""
        return self._calls_between == 0

    def _moved(self, likely: Iterable[WatchedLeaf], explained: Collection[WatchedLeaf]) -> list[WatchedLeaf]:
        if self._not_looked_at >= self._calls_between:
            moved = self._moved_of_all()
            self._note_late(moved, explained)
            self._not_looked_at = 0
            return moved
        places = self._looks.escaped.union(leaf.place for leaf in likely)
        moved = [leaf for place in sorted(places) if (leaf := self.all[place]).moved]
        self._note_late(moved, explained)
        self._not_looked_at += 1
        return moved

    def _note_late(self, moved: Iterable[WatchedLeaf], explained: Collection[WatchedLeaf]) -> None:
        """Each call looks at the leaves that have escaped, so that their changes are never noticed late."""
        if self._not_looked_at > 0:
            self.noticed_late |= any(leaf.escaped is None and leaf not in explained for leaf in moved)

    def _moved_of_all(self) -> list[WatchedLeaf]:
        try:
            return [self.all[place] for place in self._looks.moved(self._tensors)]
        except RuntimeError:  # a tensor made in inference mode
            return [leaf for leaf in self.all if leaf.moved]

    def state(self) -> Document:
        """Every leaf as it was last sent."""
        return {leaf.name: {"value": leaf.value, "grad": leaf.grad} for leaf in self.all}

    def watched(self, tensors: Iterable[Any]) -> list[str]:
        """The names of the watched leaves among these tensors, in the order of the leaves."""
        found = {self.by_id[id(tensor)] for tensor in tensors if id(tensor) in self.by_id}
        return [leaf.name for leaf in sorted(found, key=by_place)]

    def sharing(self, tensors: Iterable[torch.Tensor]) -> tuple[list[WatchedLeaf], list[WatchedLeaf]]:
        """The leaves whose `.grad`, and the leaves whose value, is one of these tensors or shares its memory."""
        grads: list[WatchedLeaf] = []
        values: list[WatchedLeaf] = []
        for tensor in tensors:
            storage = storage_of(tensor)
            for leaf in self._leaves_with(tensor, storage):
                if tensor is leaf.grad_object or (storage is not None and storage == leaf.grad_storage):
                    grads.append(leaf)
                elif tensor is leaf.tensor or (storage is not None and storage == leaf.value_storage):
                    values.append(leaf)
        return grads, values

    def _leaves_with(self, tensor: torch.Tensor, storage: int | None) -> list[WatchedLeaf]:
        """The leaves that can share something with this tensor, in their order."""
        looks, own = self._looks, self.by_id.get(id(tensor))
        places = {*looks.of_grad.get(id(tensor), ()), *(() if own is None else (own.place,))}
        if storage is not None:
            places.update(looks.of_grad_storage.get(storage, ()), looks.of_value_storage.get(storage, ()))
        return [self.all[place] for place in sorted(places)]

    def remember(self, changes: Document) -> None:
        """Keep the gradients among these changes, to recognise a copy of one later."""
        for name, change in changes.items():
            grad = change.get("grad")
            if grad is not None and len(grad["data"]) <= _MAX_REMEMBERED and any(grad["data"]):
                self.past_grads[tuple(grad["data"])] = name


class Arrivals:
    """Reports each watched leaf that receives a gradient, through hooks that run after each accumulation.

    Where calls do not look at all leaves, another hook looks at the leaf before the gradient changes it.
    """

    def __init__(self, leaves: Leaves, noticed: Callable[[str], None]) -> None:
        self._handles = [
            leaf.tensor.register_post_accumulate_grad_hook(_calling(noticed, leaf.name))  # type: ignore[no-untyped-call]
            for leaf in leaves.all
        ]
        if not leaves.all_looked_at:
            self._handles += [leaf.tensor.register_hook(_calling(leaves.gradient_arrives, leaf)) for leaf in leaves.all]  # type: ignore[no-untyped-call]

    def remove(self) -> None:
        for handle in self._handles:
            handle.remove()


def _calling(noticed: Callable[[Any], None], of: object) -> Callable[[torch.Tensor], None]:
    def hook(_: torch.Tensor) -> None:
        noticed(of)

    return hook


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


def _move(places_of: dict[int, set[int]], place: int, old: int | None, new: int | None) -> None:
    """Move a place from one key to another."""
    if old == new:
        return
    if old is not None:
        places_of[old].discard(place)
        if not places_of[old]:
            del places_of[old]
    if new is not None:
        places_of.setdefault(new, set()).add(place)


def _version(tensor: torch.Tensor) -> int:
    try:
        version: int = _version_of(tensor)
    except RuntimeError:  # a tensor made in inference mode counts no versions
        return -1
    return version
