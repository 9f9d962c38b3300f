"""Reports which watched leaves do not require grad, whenever these are others than before."""

from __future__ import annotations

import torch

from grader.worker.recorder import Send
from grader.worker.snapshot import Leaves

_requires_grad = torch._C.TensorBase.requires_grad.__get__  # type: ignore[attr-defined]


class FrozenLeaves:
    """`is_wanted`: the exercise has `requires_grad` steps. Use it only while torch functions are not intercepted."""

    def __init__(self, leaves: Leaves, send: Send, *, is_wanted: bool = True) -> None:
        self._leaves, self._send, self.is_wanted = leaves, send, is_wanted
        self._reported: list[str] = []

    def report(self) -> None:
        if not self.is_wanted:
            return
        frozen = [leaf.name for leaf in self._leaves.all if not _requires_grad(leaf.tensor)]
        if frozen != self._reported:
            self._reported = frozen
            self._send({"message": "frozen", "leaves": frozen})
