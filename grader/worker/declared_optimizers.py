"""The optimizers that the exercise declares, and whether they still are as it declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch

# How torch computes a step, not what it computes.
_IMPLEMENTATION = frozenset({"foreach", "fused", "capturable", "differentiable"})

_version_of = torch._C.TensorBase._version.__get__  # type: ignore[attr-defined]
_tolist = torch._C.TensorBase.tolist
_Tensor = torch.Tensor


class DeclaredOptimizer:
    """An optimizer of the exercise. Use it only while torch functions are not intercepted."""

    def __init__(self, name: str, optimizer: torch.optim.Optimizer) -> None:
        self.name, self._optimizer = name, optimizer
        self._hyperparameters = _hyperparameters_of(optimizer)
        self._memory = list(_memory_of(optimizer))

    def stepped(self) -> None:
        """Remember the memory that a step left."""
        self._memory = list(_memory_of(self._optimizer))

    def alterations(self) -> list[str]:
        """The hyperparameters that are not as declared; `memory` if something else than its steps wrote its memory."""
        now = _hyperparameters_of(self._optimizer)
        if len(now) != len(self._hyperparameters):
            return ["params"]
        groups = zip(self._hyperparameters, now, strict=True)
        found = dict.fromkeys(name for old, new in groups for name, value in old.items() if name not in new or new[name] != value)
        if list(_memory_of(self._optimizer)) != self._memory:
            found["memory"] = None
        return list(found)


def _hyperparameters_of(optimizer: torch.optim.Optimizer) -> list[Mapping[str, Any]]:
    return [
        {name: _comparable(name, value) for name, value in group.items() if name not in _IMPLEMENTATION}
        for group in optimizer.param_groups
    ]


def _comparable(name: str, value: Any) -> Any:
    if name == "params":
        return [*map(id, value)]
    if isinstance(value, _Tensor):
        return _tolist(value)
    return tuple(_comparable("", each) for each in value) if isinstance(value, list | tuple) else value


def _memory_of(optimizer: torch.optim.Optimizer) -> Iterator[Any]:
    """What shows that the memory was written: the tensors with their versions, and the numbers."""
    for parameter, memory in optimizer.state.items():
        for name, value in memory.items():
            yield (
                id(parameter),
                name,
                *((id(value), _version_of(value)) if isinstance(value, _Tensor) else (_comparable("", value),)),
            )
