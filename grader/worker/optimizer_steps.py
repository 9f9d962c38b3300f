"""Notices each `step()` of an optimizer through torch's global hooks, and records it as one update."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import torch
from torch.optim import optimizer as torch_optimizer

from grader.worker.call_sites import CallSite, is_running
from grader.worker.encode import Document, describe_error
from grader.worker.watch import Watch

_frame = sys._getframe
_untraced = torch._C.DisableTorchFunction


@dataclass(slots=True)
class _RunningStep:
    """A `step()` that has not ended: `frame` is where torch runs it."""

    optimizer: torch.optim.Optimizer
    leaves: list[str]
    place: CallSite
    frame: FrameType


class OptimizerSteps:
    def __init__(self, watch: Watch, declared: Mapping[str, torch.optim.Optimizer]) -> None:
        self._watch = watch
        self._declared = {id(optimizer): name for name, optimizer in declared.items()}
        self._running: _RunningStep | None = None
        self._hooks = [
            torch_optimizer.register_optimizer_step_pre_hook(watch.own_errors.guarded(self._before_step)),
            torch_optimizer.register_optimizer_step_post_hook(watch.own_errors.guarded(self._after_step)),
        ]

    def is_running(self, frame: FrameType) -> bool:
        """Is a `step()` running? One that raised is ended here, because its last hook never ran."""
        if self._running is not None and not is_running(self._running.frame, frame):
            self._end(None)
        return self._running is not None

    def remove_hooks(self) -> None:
        for hook in self._hooks:
            hook.remove()

    def finish(self, error: BaseException | None) -> None:
        """End the step that this error of the student's function interrupted, if there is one."""
        if self._running is not None:
            self._end(None if error is None else describe_error(error, self._running.place.line))

    def name_of(self, optimizer: torch.optim.Optimizer) -> str:
        """The name that the exercise declares it under, or ""."""
        return self._declared.get(id(optimizer), "")

    def leaves_of(self, optimizer: torch.optim.Optimizer) -> list[str]:
        return self._watch.leaves.watched(parameter for group in optimizer.param_groups for parameter in group["params"])

    def _before_step(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        frame = _frame(2)
        if self._watch.in_backward or self.is_running(frame):
            return
        with _untraced():
            self._watch.recorder.flush()
            leaves = self.leaves_of(optimizer)
            self._watch.notice_silent(frame, [self._watch.leaves.by_name[name] for name in leaves])
            self._running = _RunningStep(optimizer, leaves, self._watch.place(frame), frame)

    def _after_step(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        if self._running is not None and self._running.optimizer is optimizer:
            with _untraced():
                self._end(None)

    def _end(self, raised: Document | None) -> None:
        step, self._running = self._running, None
        assert step is not None
        recorder = self._watch.recorder
        recorder.flush()
        after = recorder.changes(step.leaves)  # fused kernels count no versions
        if not (step.leaves or after):
            recorder.fact("optimizer-other", step.place.line, "step")
            return
        name = self.name_of(step.optimizer)
        recorder.call("update", step.leaves, after, step.place, optimizer=name, is_step=True, raised=raised)
