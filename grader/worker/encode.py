"""Encodes tensors, values and errors as the plain JSON of a message, and decodes tensors.

This module binds torch's accessors when it is imported, before a student's module can replace them. Call `encode_tensor`
only while torch functions are not intercepted.
"""

from __future__ import annotations

import builtins
import math
import os
from collections.abc import Callable, Iterator
from itertools import chain
from types import SimpleNamespace
from typing import Any

import torch

from grader.message_limits import (
    BUILTIN_ERRORS,
    MAX_DEPTH,
    MAX_INTEGER_BITS,
    MAX_ITEMS,
    MAX_LINE_NUMBER,
    MAX_NAME,
    MAX_NUMBERS,
    MAX_TEXT,
    MAX_VALUE_TEXT,
    TORCH_ERRORS,
    is_kept_integer,
)

Document = dict[str, Any]

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
_product = math.prod
_Tensor = torch.Tensor

_REAL = {torch.float32: "float32", torch.float64: "float64", torch.int64: "int64"}  # the usual ones, which are read faster
_STRIDED, _FLAT = torch.strided, (-1,)
_chain = chain.from_iterable
# The accessors of the built-in classes: a student's subclass may replace its own.
_class_name = type.__dict__["__name__"].__get__
_bases = type.__dict__["__mro__"].__get__
_dict_length, _dict_items = dict.__len__, dict.items
_SEQUENCES: tuple[tuple[type, Callable[[Any], int], Callable[[Any], Iterator[Any]]], ...] = (
    (list, list.__len__, list.__iter__),
    (tuple, tuple.__len__, tuple.__iter__),
)

_KNOWN_ERRORS: dict[Any, str] = {
    error: error.__name__
    for error in map(vars(builtins).__getitem__, BUILTIN_ERRORS)  # `IOError` is a name of `OSError`
} | {error: name for name in TORCH_ERRORS for module in (torch, torch.linalg) if (error := getattr(module, name, None))}
_names = SimpleNamespace(are_hidden=False)

_library = os.path.dirname(os.__file__)
_packages = (os.path.dirname(os.path.dirname(path)) for path in (torch.__file__, os.path.dirname(__file__)))
_FOLDERS = tuple(sorted((f"{folder}/" for folder in (_library, *_packages)), key=len, reverse=True))
_LARGE_INTEGER: Document = {"type": f"an integer of more than {MAX_INTEGER_BITS} bits"}
_CPU, _CPU_NAME = torch.device("cpu"), "cpu"


class TooManyNumbers(ValueError):
    """A tensor or a value is too large to send in full."""


def encode_tensor(tensor: torch.Tensor) -> Document:
    """The numbers of a tensor, row by row; complex numbers as pairs, sparse tensors in full. Raises TooManyNumbers."""
    count = _numel(tensor)
    if count > MAX_NUMBERS:
        raise TooManyNumbers(f"a tensor of {count} numbers is too large: the grader reads at most {MAX_NUMBERS}")
    if not count and _product(filter(None, _shape(tensor))) > MAX_NUMBERS:
        raise TooManyNumbers(
            f"a tensor of shape {list(_shape(tensor))} is too large: the grader reads at most {MAX_NUMBERS} rows"
        )
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
    """Any Python value as JSON; a value that is too large or has no form of its own becomes the name of its type."""
    try:
        return _ValueEncoder().encode(value, 0)
    except TooManyNumbers:
        return type_document(value)


def describe_error(error: BaseException, line: int | None) -> Document:
    """The class, message and line of an exception; the message is empty if its `__str__` fails."""
    try:
        message = str.__str__(str(error))
    except BaseException:
        message = ""
    is_line = type(line) is int and 0 <= line <= MAX_LINE_NUMBER  # a SyntaxError can name any line
    name = _known_name(error) if _names.are_hidden else _type_name(error)
    return {"type": name, "message": _cut(message, MAX_TEXT), "line": line if is_line else None}


def hide_class_names(hidden: bool) -> None:
    """Describe an error from now on as the nearest built-in or torch class, or by its own class again."""
    _names.are_hidden = hidden


def _known_name(error: BaseException) -> str:
    return next(_KNOWN_ERRORS[base] for base in _bases(type(error)) if base in _KNOWN_ERRORS)


def describe_failure(error: BaseException) -> str:
    """One line about an error of the grader's own code, with the module and line where it was raised."""
    described, traceback = describe_error(error, None), error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    place = f" ({traceback.tb_frame.f_globals.get('__name__')}, line {traceback.tb_lineno})" if traceback else ""
    text = f"{described['type']}: {described['message']}".rstrip(": ")
    return _cut(text, MAX_TEXT - MAX_NAME) + _cut(place, MAX_NAME)


def without_folders(text: str) -> str:
    """A text of Python or torch without the folders of this machine in which Python, torch and the grader are."""
    for folder in _FOLDERS:
        text = text.replace(folder, "")
    return text


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


class _ValueEncoder:
    """Encodes one value; counts the numbers and the text of all its parts."""

    def __init__(self) -> None:
        self._numbers, self._text = MAX_NUMBERS, MAX_VALUE_TEXT

    def encode(self, value: object, depth: int) -> Any:
        if value is None or isinstance(value, bool | float):
            return value if value is None or isinstance(value, bool) else float(value)
        if isinstance(value, int):
            return int(value) if is_kept_integer(int(value)) else _LARGE_INTEGER
        if isinstance(value, str):
            return self._word(str(value)[:MAX_TEXT])
        if isinstance(value, _Tensor):
            return self._tensor_or_type(value)
        if isinstance(value, type) and issubclass(value, BaseException):
            return {"exception": self._word(_class_name(value)[:MAX_NAME])}
        if depth < MAX_DEPTH and isinstance(value, dict) and _dict_length(value) <= MAX_ITEMS:
            self._count(_dict_length(value))
            return {"map": {self._word(_key(name)): self.encode(item, depth + 1) for name, item in _dict_items(value)}}
        for sequence, length, items in _SEQUENCES:
            if depth < MAX_DEPTH and isinstance(value, sequence) and length(value) <= MAX_ITEMS:
                self._count(length(value))
                return [self.encode(item, depth + 1) for item in items(value)]
        return self._type(value)

    def _tensor_or_type(self, value: torch.Tensor) -> Any:
        try:
            document = encode_tensor(value)
        except (TooManyNumbers, RuntimeError, NotImplementedError, TypeError):
            return self._type(value)
        self._count(_numel(value))
        return document

    def _type(self, value: object) -> Document:
        document = type_document(value)
        self._word(document["type"])
        return document

    def _count(self, numbers: int) -> None:
        self._numbers -= numbers
        if self._numbers < 0:
            raise TooManyNumbers(f"a value has more than {MAX_NUMBERS} numbers")

    def _word(self, text: str) -> str:
        self._text -= len(text)
        if self._text < 0:
            raise TooManyNumbers(f"a value has more than {MAX_VALUE_TEXT} characters")
        return text


def _cut(text: str, longest: int) -> str:
    return without_folders(text[: 2 * longest])[:longest]


def _key(name: object) -> str:
    if isinstance(name, int) and not is_kept_integer(int(name)):
        return str(_LARGE_INTEGER["type"])  # `str` refuses an integer of thousands of digits
    return str(name)[:MAX_NAME]


def type_document(value: object) -> Document:
    """A value of which only the name of its type is sent."""
    return {"type": _type_name(value)}


def _type_name(value: object) -> str:
    return str(_class_name(type(value))[:MAX_NAME])
