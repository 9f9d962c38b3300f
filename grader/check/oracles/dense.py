"""A small dense tensor of plain Python numbers. Its elements are floats, or expressions of sympy: all code here is for both."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

# A float or a sympy expression: whatever knows + - * / and **.
Element: TypeAlias = Any


class NotCovered(Exception):
    """An oracle cannot say anything about this exercise; the message says why."""


@dataclass(frozen=True, slots=True)
class Dense:
    """Elements in row-major order."""

    shape: tuple[int, ...]
    data: tuple[Element, ...]

    @property
    def size(self) -> int:
        return len(self.data)


def scalar(element: Element) -> Dense:
    return Dense((), (element,))


def from_nested(value: Any) -> Dense:
    """Nested tuples or lists of numbers, or one number."""
    if not isinstance(value, tuple | list):
        return scalar(value)
    rows = [from_nested(each) for each in value]
    shapes = {row.shape for row in rows}
    if len(shapes) > 1:
        raise NotCovered("rows of different lengths")
    below = shapes.pop() if shapes else ()
    return Dense((len(rows), *below), tuple(element for row in rows for element in row.data))


def filled(shape: tuple[int, ...], element: Element) -> Dense:
    return Dense(shape, (element,) * math.prod(shape))


def each(function: Callable[..., Element], *tensors: Dense) -> Dense:
    """The function of the elements, one by one, after broadcasting."""
    shape = tensors[0].shape
    for tensor in tensors[1:]:
        shape = _common(shape, tensor.shape)
    columns = [expand(tensor, shape).data for tensor in tensors]
    return Dense(shape, tuple(function(*elements) for elements in zip(*columns, strict=True)))


def expand(tensor: Dense, shape: tuple[int, ...]) -> Dense:
    """Repeated along dimensions of size 1, as PyTorch broadcasts."""
    if tensor.shape == shape:
        return tensor
    if _common(tensor.shape, shape) != shape:
        raise NotCovered(f"a tensor of the shape {list(tensor.shape)} where {list(shape)} is needed")
    missing = len(shape) - len(tensor.shape)

    def at(index: tuple[int, ...]) -> Element:
        own = index[missing:]
        return take(tensor, tuple(0 if size == 1 else i for i, size in zip(own, tensor.shape, strict=True)))

    return Dense(shape, tuple(at(index) for index in indices(shape)))


def take(tensor: Dense, index: Sequence[int]) -> Element:
    """One element."""
    place = 0
    for i, size in zip(index, tensor.shape, strict=True):
        place = place * size + i
    return tensor.data[place]


def indices(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return product(*(range(size) for size in shape))


def reduce(function: Callable[[list[Element]], Element], tensor: Dense, dim: Any = None, keepdim: bool = False) -> Dense:
    """The function of all elements, or of those along a dimension or several."""
    rank = len(tensor.shape)
    gone = set(range(rank)) if dim is None else {_dimension(d, rank) for d in (dim if isinstance(dim, list) else [dim])}
    groups: dict[tuple[int, ...], list[Element]] = {}
    for index, element in zip(indices(tensor.shape), tensor.data, strict=True):
        key = tuple(0 if d in gone else i for d, i in enumerate(index))
        groups.setdefault(key, []).append(element)
    kept = tuple(1 if d in gone else size for d, size in enumerate(tensor.shape) if keepdim or d not in gone)
    return Dense(kept, tuple(function(group) for group in groups.values()))


def along(function: Callable[[list[Element]], list[Element]], tensor: Dense, dim: int) -> Dense:
    """Every row along the dimension replaced by a row of as many elements."""
    dim = _dimension(dim, len(tensor.shape))
    rows: dict[tuple[int, ...], list[Element]] = {}
    for index, element in zip(indices(tensor.shape), tensor.data, strict=True):
        rows.setdefault(_without(index, dim), []).append(element)
    new = {key: function(row) for key, row in rows.items()}
    return Dense(tensor.shape, tuple(new[_without(index, dim)][index[dim]] for index in indices(tensor.shape)))


def transpose(tensor: Dense, one: int, other: int) -> Dense:
    order = list(range(len(tensor.shape)))
    one, other = _dimension(one, len(order)), _dimension(other, len(order))
    order[one], order[other] = order[other], order[one]
    shape = tuple(tensor.shape[d] for d in order)
    return Dense(shape, tuple(take(tensor, [index[order.index(d)] for d in range(len(order))]) for index in indices(shape)))


def reshape(tensor: Dense, shape: Sequence[int]) -> Dense:
    known = math.prod(size for size in shape if size != -1)
    sizes = tuple(tensor.size // max(known, 1) if size == -1 else size for size in shape)
    if math.prod(sizes) != tensor.size:
        raise NotCovered(f"{tensor.size} numbers in the shape {list(sizes)}")
    return Dense(sizes, tensor.data)


def row(tensor: Dense, index: int) -> Dense:
    """`tensor[index]`."""
    if not tensor.shape or not -tensor.shape[0] <= index < tensor.shape[0]:
        raise NotCovered(f"element {index} of a tensor of the shape {list(tensor.shape)}")
    length = tensor.size // tensor.shape[0]
    start = (index % tensor.shape[0]) * length
    return Dense(tensor.shape[1:], tensor.data[start : start + length])


def cat(tensors: Sequence[Dense], dim: int = 0) -> Dense:
    """Joined along a dimension that is there."""
    dim = _dimension(dim, len(tensors[0].shape))
    if len({_without(tensor.shape, dim) for tensor in tensors}) > 1:
        raise NotCovered("tensors that do not fit together are joined")
    front = [transpose(tensor, 0, dim) for tensor in tensors]
    joined = Dense(
        (sum(tensor.shape[0] for tensor in front), *front[0].shape[1:]),
        tuple(element for tensor in front for element in tensor.data),
    )
    return transpose(joined, 0, dim)


def stack(tensors: Sequence[Dense], dim: int = 0) -> Dense:
    """Joined along a new dimension."""
    dim = _dimension(dim, len(tensors[0].shape) + 1)
    shape = tensors[0].shape
    return cat([Dense((*shape[:dim], 1, *shape[dim:]), tensor.data) for tensor in tensors], dim)


def matmul(one: Dense, other: Dense) -> Dense:
    """Of vectors and matrices."""
    if not 1 <= len(one.shape) <= 2 or not 1 <= len(other.shape) <= 2:
        raise NotCovered("a product of more than matrices and vectors")
    left = one if len(one.shape) == 2 else Dense((1, *one.shape), one.data)
    right = other if len(other.shape) == 2 else Dense((*other.shape, 1), other.data)
    if left.shape[1] != right.shape[0]:
        raise NotCovered(f"the product of {list(one.shape)} and {list(other.shape)}")
    inner = range(left.shape[1])
    full = (left.shape[0], right.shape[1])
    data = tuple(sum(take(left, (i, k)) * take(right, (k, j)) for k in inner) for i, j in indices(full))
    return Dense(one.shape[:-1] + other.shape[1:], data)


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    rank = max(len(one), len(other))
    pairs = zip((1,) * (rank - len(one)) + one, (1,) * (rank - len(other)) + other, strict=True)
    sizes = []
    for a, b in pairs:
        if a != b and 1 not in (a, b):
            raise NotCovered(f"the shapes {list(one)} and {list(other)} together")
        sizes.append(b if a == 1 else a)
    return tuple(sizes)


def _dimension(dim: int, rank: int) -> int:
    if not -rank <= dim < max(rank, 1):
        raise NotCovered(f"dimension {dim} of a tensor that has {rank}")
    return dim % rank if rank else 0


def _without(index: tuple[int, ...], dim: int) -> tuple[int, ...]:
    return index[:dim] + index[dim + 1 :]
