"""Notices each `step()` of an optimizer through torch's global hooks, and records it as an update."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

import torch
from torch.optim import optimizer as torch_optimizer

from grader.message_limits import MAX_NAME
from grader.worker.call_sites import CallSite, frames_within, is_running
from grader.worker.declared_optimizers import DeclaredOptimizer
from grader.worker.encode import Document, describe_error
from grader.worker.running import RunningCall
from grader.worker.snapshot import WatchedLeaf
from grader.worker.watch import Watch

_frame = sys._getframe
_untraced = torch._C.DisableTorchFunction


class RunningStep(RunningCall):
    """A `step()` that has not ended. `code` is that of its function without decorators.

    `_grads`, `_values`: the leaves that it wrote since the last part was recorded.
    """

    def __init__(
        self,
        frame: FrameType,
        place: CallSite,
        watch: Watch,
        declared: DeclaredOptimizer | None,
        leaves: list[str],
        code: CodeType | None,
    ) -> None:
        super().__init__(frame, place, watch.recorder)
        self._watch, self._declared, self._leaves = watch, declared, leaves
        self._altered = "" if declared is None else ", ".join(declared.alterations())[:MAX_NAME]
        self._grads: dict[str, WatchedLeaf] = {}
        self._values: dict[str, WatchedLeaf] = {}
        self._code = code

    def is_over(self, frame: FrameType) -> bool:
        return not is_running(self.frame, frame)

    def acts_in(self, frame: FrameType) -> bool:
        inside = frames_within(self.frame, frame)
        body = next((place for place in reversed(range(len(inside))) if inside[place].f_code is self._code), None)
        if body is None:
            return False  # a hook before or after the step
        called = inside[:body]
        if not self._watch.has_students_frame(inside[body:]):
            return not self._watch.has_students_frame(called)
        given = set(_codes_given_to(inside[body]))  # an optimizer of the student's own
        return not any(each.f_code in given for each in called)

    def wrote(self, grads: Iterable[WatchedLeaf], values: Iterable[WatchedLeaf]) -> None:
        """The step itself wrote these gradients and values."""
        self._grads |= {leaf.name: leaf for leaf in grads}
        self._values |= {leaf.name: leaf for leaf in values}

    def record_part(self) -> None:
        leaves = self._grads | self._values
        if not leaves:
            return
        self.recorder.flush()
        found = {name: leaf.changes(grad=name in self._grads, value=name in self._values) for name, leaf in leaves.items()}
        self._grads, self._values = {}, {}
        if after := {name: change for name, change in found.items() if change}:
            self._record(leaves, after, None, is_part=True)

    def end(self, raised: Document | None = None) -> None:
        if self._declared is not None:
            self._declared.stepped()
        self.recorder.flush()
        changes = self.recorder.changes_only_in if self.place.within else self.recorder.changes
        after = changes(self._leaves)  # fused kernels count no versions
        if not (self._leaves or after or self.parts):
            self.recorder.fact("optimizer-other", self.place.line, "step")
        elif after or raised or not self.parts:
            self._record(after if self.parts else self._leaves, after, raised, is_part=False)

    def _record(self, touched: Iterable[str], after: Document, raised: Document | None, *, is_part: bool) -> None:
        name = "" if self._declared is None else self._declared.name
        more = {"altered": self._altered} if self._altered else {}
        self.record("update", touched, after, is_part=is_part, optimizer=name, is_step=True, raised=raised, **more)


class OptimizerSteps:
    def __init__(self, watch: Watch, declared: Mapping[str, torch.optim.Optimizer]) -> None:
        self._watch = watch
        self._declared = {id(each): DeclaredOptimizer(name, each) for name, each in declared.items()}
        self._hooks = [
            torch_optimizer.register_optimizer_step_pre_hook(watch.own_errors.guarded(self._before_step)),
            torch_optimizer.register_optimizer_step_post_hook(watch.own_errors.guarded(self._after_step)),
        ]

    def acting(self, frame: FrameType) -> RunningStep | None:
        """The running step that itself acts in this frame, if there is one."""
        call = self._watch.running.innermost(frame)
        return call if isinstance(call, RunningStep) and call.acts_in(frame) else None

    def remove_hooks(self) -> None:
        for hook in self._hooks:
            hook.remove()

    def finish(self, error: BaseException | None) -> None:
        """End the step that this error of the student's function interrupted, if there is one."""
        step = self._watch.running.outermost
        if step is not None:
            self._watch.running.end(step, None if error is None else describe_error(error, step.place.line))

    def name_of(self, optimizer: torch.optim.Optimizer) -> str:
        """The name that the exercise declares it under, or ""."""
        declared = self._declared.get(id(optimizer))
        return "" if declared is None else declared.name

    def leaves_of(self, optimizer: torch.optim.Optimizer) -> list[str]:
        return self._watch.leaves.watched(parameter for group in optimizer.param_groups for parameter in group["params"])

    def _before_step(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        frame = _frame(2)
        if self.acting(frame) is not None:  # `super().step()`
            return
        with _untraced():
            self._watch.recorder.flush()
            leaves = self.leaves_of(optimizer)
            self._watch.before_call(frame, [self._watch.leaves.by_name[name] for name in leaves])
            declared, code = self._declared.get(id(optimizer)), _code_of(type(optimizer).step)
            self._watch.running.begin(RunningStep(frame, self._watch.place(frame), self._watch, declared, leaves, code))

    def _after_step(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        frame = _frame(2)
        step = self._watch.running.innermost(frame)
        if isinstance(step, RunningStep) and step.frame is frame:
            with _untraced():
                self._watch.running.end(step)


def _code_of(function: Any) -> CodeType | None:
    """The code of a function without its decorators, of a bound method or of an object that can be called."""
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    code = getattr(function, "__code__", None) or getattr(vars(type(function)).get("__call__"), "__code__", None)
    return code if isinstance(code, CodeType) else None


def _codes_given_to(frame: FrameType) -> Iterator[CodeType]:
    """The code of everything that the function of this frame got as an argument and can call: its closure."""
    code = frame.f_code
    for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
        given = _code_of(frame.f_locals.get(name))
        if given is not None:
            yield given
