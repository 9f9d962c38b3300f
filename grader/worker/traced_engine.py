"""Lets the tracer see what hooks and custom `backward` functions do while autograd's engine runs.

A torch function mode is off while it handles a torch function, so it would see nothing of what `backward()` calls. PyTorch
offers no hook that runs before all others, so the function with which `torch.autograd` starts the engine is replaced, once
and before any student's code is loaded.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_STARTS_ENGINE = "_engine_run_backward"

_run_engine = getattr(torch.autograd, _STARTS_ENGINE, None)
_modes: list[TorchFunctionMode] = []


@contextlib.contextmanager
def seen_by(mode: TorchFunctionMode) -> Iterator[None]:
    """In a handler of this mode: what the engine calls is seen by it."""
    _modes.append(mode)
    try:
        yield
    finally:
        _modes.remove(mode)


def _run_engine_in_mode(*arguments: Any, **keywords: Any) -> Any:
    assert _run_engine is not None
    if not _modes:
        return _run_engine(*arguments, **keywords)
    mode = _modes.pop()  # the handlers of what the engine calls put it back for their own engines
    try:
        with mode:
            return _run_engine(*arguments, **keywords)
    finally:
        _modes.append(mode)


if _run_engine is not None:  # a PyTorch that starts it in another way only hides what hooks do
    setattr(torch.autograd, _STARTS_ENGINE, _run_engine_in_mode)
