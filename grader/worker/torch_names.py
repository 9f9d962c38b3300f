"""What a dotted name of torch refers to, and every function, method and class that counts as it.

`torch.sum`, `torch.Tensor.sum` and `torch.nn.functional.sum`, as far as they exist, are one operation of PyTorch, and so are
an operator and its function (`@` and `torch.matmul`), and `Tensor.backward` and `torch.autograd.backward`.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

_NAMESAKES = (torch, torch.Tensor, torch.nn.functional)
# Most operators are methods for torch (`a @ b` is `matmul`); these are functions of their own.
_OPERATORS = {
    "sub": ("__rsub__",),
    "div": ("__rdiv__",),
    "pow": ("__pow__", "__rpow__"),
    "pow_": ("__ipow__",),
    "floor_divide": ("__floordiv__", "__rfloordiv__"),
}
_BUILTIN = (types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType)


class UnusableName(ValueError):
    """Torch has no such name, or its calls cannot be seen. The text says what to write instead."""


@dataclass(slots=True)
class TorchCalls:
    """What counts as a call of one name, each with its name in torch.

    `functions`: functions of Python, with the functions that they decorate. `builtins`: functions in C. `classes`: a call of
    the class, of a method, or of an instance.
    """

    functions: dict[types.FunctionType, str] = field(default_factory=dict)
    builtins: dict[Any, str] = field(default_factory=dict)
    classes: dict[type, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.functions or self.builtins or self.classes)

    def add(self, found: Any, name: str) -> None:
        """Add what this object is; an object that cannot be called is not added."""
        if isinstance(found, type):
            if found is not torch.Tensor and any(_functions_of(base) for base in found.__mro__):
                self.classes.setdefault(found, name)
        elif isinstance(found, types.GetSetDescriptorType):
            for access in (found.__get__, found.__set__):
                self.builtins.setdefault(access, name)
        else:
            for each in _decorated(found):
                if isinstance(each, types.FunctionType):
                    self.functions.setdefault(each, name)
                elif isinstance(each, _BUILTIN):
                    self.builtins.setdefault(each, name)


def calls_of(name: str) -> TorchCalls:
    """What counts as a call of this name. Raises UnusableName."""
    owner, found = _find(name)
    calls = TorchCalls()
    if isinstance(found, types.ModuleType):
        for module in _modules_below(found):
            for own, each in vars(module).items():
                if not own.startswith("_") and _belongs_to(each, found):
                    calls.add(each, f"{module.__name__}.{own}")
    else:
        calls.add(found, name)
        for same, its_name in _same_operation(owner, name.rpartition(".")[2]):
            calls.add(same, its_name)
    if not calls:
        raise UnusableName("write the name of a function, a method, a class or a module whose calls can be seen")
    return calls


def public_name(found: type) -> str:
    """The shortest name in torch of a class, or of the nearest of its bases that is in torch."""
    for base in found.__mro__:
        parts = base.__module__.split(".")
        if parts[0] == "torch":
            modules = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
            own = base.__name__
            return next((f"{each}.{own}" for each in modules if getattr(sys.modules.get(each), own, None) is base), own)
    return found.__name__


def _decorated(found: Any) -> Iterator[Any]:
    """A function, and the functions that it decorates."""
    each = getattr(found, "__func__", found)
    while each is not None:
        yield each
        each = getattr(each, "__wrapped__", None)


def _find(name: str) -> tuple[Any, Any]:
    """The owner of a name, and what it refers to."""
    owner: Any = None
    found: Any = torch
    path = "torch"
    for part in name.split(".")[1:]:
        owner, path = found, f"{path}.{part}"
        if not hasattr(owner, part) and isinstance(owner, types.ModuleType) and _is_module(path):
            importlib.import_module(path)
        if not hasattr(owner, part):
            raise UnusableName(_nearest(owner, part, path))
        found = getattr(owner, part)
    return owner, found


def _is_module(path: str) -> bool:
    try:
        return importlib.util.find_spec(path) is not None
    except (ImportError, ValueError):
        return False


def _nearest(owner: Any, part: str, path: str) -> str:
    near = difflib.get_close_matches(part, [each for each in dir(owner) if not each.startswith("_")], n=1)
    if near:
        return f"did you mean `{path.rpartition('.')[0]}.{near[0]}`?"
    return f"`{path.rpartition('.')[0]}` has no `{part}`"


def _modules_below(module: types.ModuleType) -> list[types.ModuleType]:
    below = f"{module.__name__}."
    inside = (each for name, each in list(sys.modules.items()) if name.startswith(below))
    return [module, *(each for each in inside if isinstance(each, types.ModuleType))]


def _belongs_to(each: Any, module: types.ModuleType) -> bool:
    """Is it defined in this module or below it? A function in C does not say where."""
    home = getattr(each, "__module__", None) or ""
    if isinstance(each, types.BuiltinFunctionType):
        return home.partition(".")[0] in ("", "torch")
    return isinstance(each, type | types.FunctionType) and f"{home}.".startswith(f"{module.__name__}.")


def _same_operation(owner: Any, name: str) -> Iterator[tuple[Any, str]]:
    if name == "backward" and owner in (torch.Tensor, torch.autograd):
        yield torch.Tensor.backward, "torch.Tensor.backward"
        yield torch.autograd.backward, "torch.autograd.backward"
    elif owner in _NAMESAKES:
        for each in _NAMESAKES:
            if hasattr(each, name) and not isinstance(getattr(each, name), type | types.ModuleType):
                yield getattr(each, name), f"{_path_of(each)}.{name}"
        for operator in _OPERATORS.get(name, ()):
            yield getattr(torch.Tensor, operator), f"torch.Tensor.{operator}"


def _path_of(owner: Any) -> str:
    return "torch.Tensor" if owner is torch.Tensor else str(owner.__name__)


def _functions_of(found: type) -> bool:
    return found is not object and any(
        isinstance(getattr(each, "__func__", each), types.FunctionType) for each in vars(found).values()
    )
