"""Watches a student's function: every torch function passes through here, and those that can write are looked at.

`writes` and `backwards` have what happens around such functions. There are two other sources: a hook on each watched leaf
that runs when a gradient arrives (`backwards`), and torch's global hooks before and after each `step()` (`optimizer_steps`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from grader.worker.backwards import Backwards
from grader.worker.call_sites import innermost_line
from grader.worker.optimizer_steps import OptimizerSteps
from grader.worker.recorder import Send
from grader.worker.snapshot import Leaves
from grader.worker.torch_calls import ROLES, Role, role_of, writes_by_keyword
from grader.worker.watch import Watch
from grader.worker.writes import Writes

_PLAIN = Role.PLAIN
_known_role = ROLES.get
_Tensor = torch.Tensor
_frame = sys._getframe
_requires_grad = torch._C.TensorBase.requires_grad.__get__  # type: ignore[attr-defined]


class Tracer(TorchFunctionMode):
    """Enter it around the student's function, then `finish` it with the exception that ended the function, if any."""

    def __init__(
        self,
        leaves: Leaves,
        optimizers: Mapping[str, torch.optim.Optimizer],
        filename: str,
        send: Send,
        *,
        reports_frozen: bool = False,
    ) -> None:
        super().__init__()
        self.filename = filename
        watch = Watch(leaves, filename, send, reports_frozen=reports_frozen)
        self._recorder, self._own_errors, self._frozen = watch.recorder, watch.own_errors, watch.frozen
        self._steps = OptimizerSteps(watch, optimizers)
        self._backwards, writes = Backwards(watch, self), Writes(watch, self._steps)
        self._write = writes.write
        self._handlers = {
            Role.GET_GRAD: writes.get_grad,
            Role.SET_GRAD: writes.set_grad,
            Role.ESCAPE: writes.escape,
            Role.BACKWARD: self._backwards.backward,
            Role.AUTOGRAD_GRAD: self._backwards.autograd_grad,
            Role.DETACH: writes.detach,
        }

    def __torch_function__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
        try:
            if self._recorder.writes is not None:
                self._recorder.flush_unless_running(_frame(1))
            role = _known_role(func) or role_of(func)
            if role is _PLAIN and not (kwargs and writes_by_keyword(kwargs)):
                try:
                    result = func(*args, **kwargs) if kwargs else func(*args)
                except BaseException as error:
                    self._own_errors.theirs = error
                    raise
                if type(result) is _Tensor and _requires_grad(result):
                    result._made_on_line = innermost_line(_frame(1), self.filename)  # type: ignore[attr-defined]
                return result
            handle = self._handlers.get(role, self._write)
            return handle(_frame(1), func, args, kwargs or {})
        except BaseException as error:
            self._own_errors.note(error)
            raise

    def finish(self, error: BaseException | None) -> None:
        """Send what is still pending. Raises the first exception of our own code, if there was one."""
        self._backwards.remove_hooks()
        self._steps.remove_hooks()
        if self._own_errors.first is not None:
            raise self._own_errors.first
        self._steps.finish(error)
        self._recorder.finish()
        self._frozen.report()
