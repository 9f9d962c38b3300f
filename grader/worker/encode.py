"""Encodes tensors, values and errors as the plain JSON of a message, and decodes tensors.

This module binds torch's accessors when it is imported, before a student's module can replace them. Call `encode_tensor`
only while torch functions are not intercepted.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import torch

Document = dict[str, Any]

MAX_NUMBERS = 100_000
MAX_ITEMS = 10_000
MAX_TEXT = 2_000
MAX_DEPTH = 20

_tensor_base = torch._C.TensorBase
_detach = _tensor_base.detach
_reshape = _tensor_base.reshape
_tolist = _tensor_base.tolist
_to_dense = torch.Tensor.to_dense
_resolve_conj, _resolve_neg = _tensor_base.resolve_conj, _tensor_base.resolve_neg
_view_as_real = torch.view_as_real
_shape = _tensor_base.shape.__get__  # type: ignore[attr-defined]
_dtype = _tensor_base.dtype.__get__  # type: ignore[attr-defined]
_device = _tensor_base.device.__get__
_layout = _tensor_base.layout.__get__  # type: ignore[attr-defined]
_numel, _dim = _tensor_base.numel, _tensor_base.dim
_is_complex = _tensor_base.is_complex
_Tensor = torch.Tensor

_REAL = {torch.float32: "float32", torch.float64: "float64", torch.int64: "int64"}  # the usual ones, which are read faster
_STRIDED, _FLAT = torch.strided, (-1,)
_chain = chain.from_iterable
_CPU, _CPU_NAME = torch.device("cpu"), "cpu"


class TooManyNumbers(ValueError):
    """A tensor is too large to send number by number."""


def encode_tensor(tensor: torch.Tensor) -> Document:
    """The numbers of a tensor, row by row; complex numbers as pairs, sparse tensors in full. Raises TooManyNumbers."""
    count = _numel(tensor)
    if count > MAX_NUMBERS:
        raise TooManyNumbers(f"a tensor of {count} numbers is too large: the grader reads at most {MAX_NUMBERS}")
    dtype, device = _dtype(tensor), _device(tensor)
    plain = dtype in _REAL and _layout(tensor) is _STRIDED
    return {
        "shape": list(_shape(tensor)),
        "dtype": _REAL.get(dtype) or str(dtype).removeprefix("torch."),
        "device": _CPU_NAME if device == _CPU else str(device),
        "data": _numbers_of_rows(tensor) if plain else _all_numbers(tensor),
    }


def decode_tensor(document: Document, device: torch.device | str) -> torch.Tensor:
    """The tensor that a document describes, on `device`."""
    dtype = getattr(torch, document["dtype"])
    if dtype.is_complex:
        pairs = torch.tensor(document["data"], dtype=dtype.to_real()).reshape([*document["shape"], 2])
        return torch.view_as_complex(pairs).to(device)
    return torch.tensor(document["data"], dtype=dtype, device=device).reshape(document["shape"])


def encode_value(value: object) -> Any:
    """Any Python value as JSON; a value without a form of its own becomes the name of its type."""
    return _encode(value, 0)


def describe_error(error: BaseException, line: int | None) -> Document:
    """The class, message and line of an exception; the message is empty if its `__str__` fails."""
    try:
        message = str(error)
    except BaseException:
        message = ""
    return {"type": type(error).__name__[:200], "message": message[:MAX_TEXT], "line": line}


def _numbers_of_rows(tensor: torch.Tensor) -> list[Any]:
    dimensions = _dim(tensor)
    if dimensions not in (1, 2):
        return _all_numbers(tensor)
    rows: list[Any] = _tolist(tensor)
    return rows if dimensions == 1 else list(_chain(rows))


def _all_numbers(tensor: torch.Tensor) -> list[Any]:
    plain = _detach(tensor)
    if _layout(plain) is not _STRIDED:
        plain = _to_dense(plain)
    if _is_complex(plain):
        plain = _view_as_real(_resolve_conj(plain))
    numbers: list[Any] = _tolist(_reshape(_resolve_neg(plain), _FLAT))
    if _dtype(tensor) is torch.bool:
        return [int(number) for number in numbers]
    return numbers


def _encode(value: object, depth: int) -> Any:
    if value is None or isinstance(value, bool | float):
        return value if value is None or isinstance(value, bool) else float(value)
    if isinstance(value, int):
        return int(value) if int(value).bit_length() <= 64 else _opaque(value)
    if isinstance(value, str):
        return str(value)[:MAX_TEXT]
    if isinstance(value, _Tensor):
        return _encode_tensor_or_type(value)
    if isinstance(value, type) and issubclass(value, BaseException):
        return {"exception": value.__name__[:200]}
    if isinstance(value, list | tuple | dict) and len(value) <= MAX_ITEMS and depth < MAX_DEPTH:
        return _encode_container(value, depth + 1)
    return _opaque(value)


def _encode_container(value: list[Any] | tuple[Any, ...] | dict[Any, Any], depth: int) -> Any:
    if isinstance(value, dict):
        return {"map": {str(name)[:200]: _encode(item, depth) for name, item in value.items()}}
    return [_encode(item, depth) for item in value]


def _encode_tensor_or_type(value: torch.Tensor) -> Any:
    try:
        return encode_tensor(value)
    except (TooManyNumbers, RuntimeError, NotImplementedError, TypeError):
        return _opaque(value)


def _opaque(value: object) -> Document:
    return {"type": type(value).__name__[:200]}
