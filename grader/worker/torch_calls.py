"""Which torch functions the tracer must look at, recognised by identity; all others only pass through."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import IntEnum, auto
from typing import Any

import torch

_grad = torch._C.TensorBase.grad


class Role(IntEnum):
    """What a torch function can do to the watched state. An `int`, because its hash is computed in C."""

    PLAIN = auto()
    GET_GRAD = auto()
    SET_GRAD = auto()
    WRITE = auto()
    ZERO = auto()
    BACKWARD = auto()
    AUTOGRAD_GRAD = auto()
    ESCAPE = auto()
    DETACH = auto()


_FIXED: dict[Any, Role] = {
    torch.Tensor.backward: Role.BACKWARD,
    torch.autograd.backward: Role.BACKWARD,
    torch.autograd.grad: Role.AUTOGRAD_GRAD,
    torch.Tensor.detach: Role.DETACH,
    torch.detach: Role.DETACH,
    _grad.__get__: Role.GET_GRAD,  # type: ignore[union-attr]
    _grad.__set__: Role.SET_GRAD,  # type: ignore[union-attr]
    _grad.__delete__: Role.SET_GRAD,  # type: ignore[union-attr]
    torch._C.TensorBase.data.__set__: Role.ZERO,  # type: ignore[attr-defined]
}

# After one of these, code can write numbers without calling a torch function.
_ESCAPES = frozenset("numpy __array__ untyped_storage storage _typed_storage data_ptr __dlpack__ share_memory_".split())

_WRITE_NOTHING = frozenset("requires_grad_ detach_ rename_ retain_grad_ set_requires_grad_".split())

# The writes that people use to zero a tensor.
_ZERO = frozenset("zero_ fill_ mul_ copy_ sub_ masked_fill_ __setitem__ _foreach_zero_".split())

ZERO_GRAD_OF_OPTIMIZER = inspect.unwrap(torch.optim.Optimizer.zero_grad).__code__
ZERO_GRAD_OF_MODULE = inspect.unwrap(torch.nn.Module.zero_grad).__code__

ROLES: dict[Any, Role] = dict(_FIXED)


def role_of(function: Callable[..., Any]) -> Role:
    """The role of a torch function: the first time by its name, then by identity."""
    role = ROLES.get(function)
    if role is None:
        role = ROLES[function] = _role_by_name(_name_of(function))
    return role


def writes_by_keyword(keywords: dict[str, Any]) -> bool:
    """Does a keyword make a reading function write: `out=`, `inplace=`, or an embedding's `max_norm=`?"""
    return keywords.get("out") is not None or bool(keywords.get("inplace")) or keywords.get("max_norm") is not None


def _name_of(function: Callable[..., Any]) -> str:
    """`zero_`, also of `torch.ops.aten.zero_.default`."""
    return str(getattr(function, "__name__", "")).partition(".")[0]


def _role_by_name(name: str) -> Role:
    if name in _ESCAPES:
        return Role.ESCAPE
    if name in _WRITE_NOTHING:
        return Role.PLAIN
    if name in _ZERO:
        return Role.ZERO
    return Role.WRITE if name.endswith("_") and not name.endswith("__") else Role.PLAIN
