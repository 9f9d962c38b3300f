"""Watches a student's function: every torch function passes through here, and those that can write are looked at.

Witnesses besides the torch functions: a hook on each watched leaf that runs when a gradient arrives, and torch's
global hooks before and after each `step()`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import torch
from torch.optim import optimizer as torch_optimizer
from torch.overrides import TorchFunctionMode

from grader.worker.call_sites import CallSite, find_place, innermost_line, is_running, line_of_error
from grader.worker.encode import MAX_NUMBERS, Document, TooManyNumbers, describe_error, encode_tensor
from grader.worker.recorder import Recorder, Send
from grader.worker.snapshot import Arrivals, Leaves, WatchedLeaf, tensors_in
from grader.worker.torch_calls import (
    ROLES,
    ZERO_GRAD_OF_MODULE,
    ZERO_GRAD_OF_OPTIMIZER,
    Role,
    role_of,
    writes_by_keyword,
)

_PLAIN, _ZERO = Role.PLAIN, Role.ZERO
_known_role = ROLES.get
_MAX_NODES = 1_000

# What looking at a student's tensors may raise because of how they are: no memory or stack left, nothing torch could read.
STUDENTS = (MemoryError, RuntimeError, TooManyNumbers)

_Tensor = torch.Tensor
_frame = sys._getframe
_untraced = torch._C.DisableTorchFunction
_requires_grad = torch._C.TensorBase.requires_grad.__get__  # type: ignore[attr-defined]

Arguments = tuple[Any, ...]
Keywords = dict[str, Any]


@dataclass(slots=True)
class Stepping:
    """A `step()` that has not ended: `frame` is where torch runs it."""

    optimizer: torch.optim.Optimizer
    leaves: list[str]
    place: CallSite
    frame: FrameType


class Tracer(TorchFunctionMode):
    """Enter it around the student's function, then `finish` it with the exception that ended the function, if any.

    `trouble` is an exception that our own code raised on the way: then nothing of the trace can be believed.
    """

    def __init__(self, leaves: Leaves, optimizers: Mapping[str, torch.optim.Optimizer], filename: str, send: Send) -> None:
        super().__init__()
        self.filename = filename
        self.leaves = leaves
        self.recorder = Recorder(leaves, send)
        self._declared = {id(optimizer): name for name, optimizer in optimizers.items()}
        self.trouble: Exception | None = None
        self._theirs: BaseException | None = None
        self._in_backward = False
        self._arrived: dict[str, None] = {}
        self._stepping: Stepping | None = None
        self._arrivals = Arrivals(self.leaves, self._gradient_arrived)
        self._step_hooks = [
            torch_optimizer.register_optimizer_step_pre_hook(self._guarded(self._before_step)),
            torch_optimizer.register_optimizer_step_post_hook(self._guarded(self._after_step)),
        ]

    def __torch_function__(self, func: Any, types: Any, args: Arguments = (), kwargs: Keywords | None = None) -> Any:
        try:
            if self.recorder.writes is not None:
                self.recorder.flush_unless_running(_frame(1))
            role = _known_role(func) or role_of(func)
            if role is _PLAIN and not (kwargs and writes_by_keyword(kwargs)):
                try:
                    result = func(*args, **kwargs) if kwargs else func(*args)
                except BaseException as error:
                    self._theirs = error
                    raise
                if type(result) is _Tensor and _requires_grad(result):
                    result._made_on_line = innermost_line(_frame(1), self.filename)  # type: ignore[attr-defined]
                return result
            handle = _HANDLERS.get(role, Tracer._write)
            return handle(self, _frame(1), func, args, kwargs or {})
        except BaseException as error:
            self._blame(error)
            raise

    def _run(self, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        """Call torch; what it raises is the student's."""
        try:
            return func(*args, **kwargs)
        except BaseException as error:
            self._theirs = error
            raise

    def _blame(self, error: BaseException) -> None:
        """Keep an error of our own as `trouble`, whatever the student's code does with it on its way out."""
        theirs, self._theirs = self._theirs, None
        if error is theirs or isinstance(error, STUDENTS) or not isinstance(error, Exception):
            return
        if self.trouble is None and line_of_error(error, self.filename) is None:
            self.trouble = error

    def _guarded(self, hook: Callable[..., None]) -> Callable[..., None]:
        """A hook of ours that torch calls: what it raises is not the student's either."""

        def guarded(*arguments: Any) -> None:
            try:
                hook(*arguments)
            except BaseException as error:
                self._blame(error)
                raise

        return guarded

    def finish(self, error: BaseException | None) -> None:
        """Send what is still pending; the student's function has ended. Raises the `trouble`, if there was any."""
        self._arrivals.remove()
        for hook in self._step_hooks:
            hook.remove()
        if self.trouble is not None:
            raise self.trouble
        if self._stepping is not None:
            self._end_step(None if error is None else describe_error(error, self._stepping.place.line))
        self.recorder.flush()
        self.recorder.notice_silent(CallSite())

    def _place(self, frame: FrameType) -> CallSite:
        return find_place(frame, self.filename)

    # What torch functions do

    def _get_grad(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        code = frame.f_code
        if code is ZERO_GRAD_OF_OPTIMIZER or code is ZERO_GRAD_OF_MODULE:
            owner = frame.f_locals["self"]
            leaf = self.leaves.by_id.get(id(args[0]))
            optimizer = self._name_of(owner) if code is ZERO_GRAD_OF_OPTIMIZER else None
            if leaf is not None:
                self.recorder.zero_grad_reached(self._place(frame), leaf, optimizer)
            elif optimizer is not None and not self._leaves_of(owner):
                self.recorder.fact("optimizer-other", self._place(frame).line, "zero_grad")
        return self._run(func, args, kwargs)

    def _set_grad(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        leaf = self.leaves.by_id.get(id(args[0]))
        value = args[1] if len(args) > 1 else None
        if leaf is None:
            return self._set_grad_of_another(frame, func, args, kwargs)
        if value is not None and value is leaf.grad_object:  # the end of `x.grad *= 0`, whose `mul_` was seen
            return self._run(func, args, kwargs)
        result = self._watch(frame, func, args, kwargs, [leaf], [])
        if not leaf.grad_is_empty:
            self.recorder.fact("grad-assigned", self._place(frame).line, leaf=leaf.name)
        return result

    def _set_grad_of_another(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        result = self._run(func, args, kwargs)
        place = self._place(frame)
        if args[1:] in ((), (None,)) and place.library is None:
            self.recorder.fact("zeroed-other", place.line, "other")
        return result

    def _write(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        targets = list(tensors_in((*args[:1], kwargs.get("out")) if kwargs else args[:1]))
        grads, values = self.leaves.sharing(targets)
        zeroing = role_of(func) is _ZERO
        if not (grads or values):
            if not self._is_stepping(frame):
                self._notice_silent(frame)
            result = self._write_another(frame, func, args, kwargs) if zeroing else self._run(func, args, kwargs)
            if type(result) is _Tensor and _requires_grad(result):
                result._made_on_line = innermost_line(frame, self.filename)  # type: ignore[attr-defined]
            return result
        result = self._watch(frame, func, args, kwargs, grads, values)
        if zeroing and not self._stepping:
            self._note_zeroed_values(frame, values)
        return result

    def _watch(
        self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords, grads: list[WatchedLeaf], values: list[WatchedLeaf]
    ) -> Any:
        stepping = self._is_stepping(frame)
        if not stepping:
            self._notice_silent(frame)
        raised: Document | None = None
        try:
            return self._run(func, args, kwargs)
        except BaseException as error:
            raised = describe_error(error, innermost_line(frame, self.filename))
            raise
        finally:
            if not stepping:
                self.recorder.wrote(self._place(frame), grads, values, raised)
            elif not values and all(leaf.grad_is_empty_now() for leaf in grads):
                self.recorder.wrote(self._place(frame), grads, [], raised)

    def _write_another(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        """Run a function that may zero a tensor that is not watched, and say so if it does."""
        target = args[0] if args else None
        if not isinstance(target, _Tensor) or target.is_sparse or target.numel() > MAX_NUMBERS:
            return self._run(func, args, kwargs)
        before = encode_tensor(target)["data"]
        result = self._run(func, args, kwargs)
        place = self._place(frame)
        if any(before) and place.library is None and not any(encode_tensor(target)["data"]):
            leaf = self.leaves.past_grads.get(tuple(before))
            self.recorder.fact("zeroed-other", place.line, "copy-of-grad" if leaf else "other", leaf)
        return result

    def _note_zeroed_values(self, frame: FrameType, values: list[WatchedLeaf]) -> None:
        for leaf in values:
            if not any(leaf.value["data"]):
                self.recorder.fact("zeroed-other", self._place(frame).line, "value", leaf.name)

    def _backward(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        self.recorder.flush()
        stepping = self._is_stepping(frame)
        if not stepping:
            self._notice_silent(frame)
        losses = list(tensors_in(args[0] if args else None))
        gradients = [*args[1:2], kwargs.get("gradient"), kwargs.get("grad_tensors")]
        told = {
            "loss_line": next((line for loss in losses if (line := getattr(loss, "_made_on_line", None))), None),
            "same_loss": any(getattr(loss, "_had_backward", False) for loss in losses),
            "gradient_given": any(not bool((gradient == 1).all()) for gradient in tensors_in(gradients)),
            "raised": None,
        }
        self._arrived, self._in_backward = {}, True
        try:
            return self._run(func, args, kwargs)
        except BaseException as error:
            told["raised"] = describe_error(error, innermost_line(frame, self.filename))
            raise
        finally:
            self._in_backward = False
            self._backward_ended(frame, stepping, losses, told)

    def _backward_ended(self, frame: FrameType, stepping: bool, losses: list[torch.Tensor], told: Document) -> None:
        place = self._place(frame)
        if stepping:
            after = {leaf.name: change for leaf in self.leaves.all if (change := leaf.changes(grad=True, value=False))}
        else:
            after = self.recorder.changes(self.leaves.all)
        self.recorder.call("backward", self._arrived | dict.fromkeys(after), after, place, **told)
        for loss in losses:
            loss._had_backward = True  # type: ignore[attr-defined]
        if not self._arrived and told["raised"] is None:
            own = next(_other_leaves(losses, self.leaves), None)
            if own is not None:
                self.recorder.fact("own-leaf", getattr(own, "_made_on_line", None) or place.line)

    def _autograd_grad(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        inputs = self.leaves.watched(tensors_in([*args[1:2], kwargs.get("inputs")]))
        result = self._run(func, args, kwargs)
        line = innermost_line(frame, self.filename)
        self.recorder.fact("autograd-grad", line, leaf=inputs[0] if inputs else None)
        for gradient in tensors_in(result):
            gradient._made_on_line = line  # type: ignore[attr-defined]
        return result

    def _escape(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        grads, values = self.leaves.sharing(tensors_in(args[0] if args else None))
        result = self._run(func, args, kwargs)
        for leaf in (*grads, *values):
            leaf.escaped = (innermost_line(frame, self.filename),)
        return result

    # What the other witnesses say

    def _gradient_arrived(self, name: str) -> None:
        if self._in_backward:
            self._arrived[name] = None
        else:
            self.recorder.unseen[name] = innermost_line(_frame(1), self.filename)

    def _before_step(self, optimizer: torch.optim.Optimizer, args: Arguments, kwargs: Keywords) -> None:
        frame = _frame(2)
        if self._in_backward or self._is_stepping(frame):
            return
        with _untraced():
            self.recorder.flush()
            self._notice_silent(frame)
            self._stepping = Stepping(optimizer, self._leaves_of(optimizer), self._place(frame), frame)

    def _after_step(self, optimizer: torch.optim.Optimizer, args: Arguments, kwargs: Keywords) -> None:
        if self._stepping is not None and self._stepping.optimizer is optimizer:
            with _untraced():
                self._end_step(None)

    def _end_step(self, raised: Document | None) -> None:
        step, self._stepping = self._stepping, None
        assert step is not None
        self.recorder.flush()
        after = self.recorder.changes(self.leaves.all, step.leaves)  # fused kernels count no versions
        if not (step.leaves or after):
            self.recorder.fact("optimizer-other", step.place.line, "step")
            return
        name = self._name_of(step.optimizer)
        self.recorder.call("update", step.leaves, after, step.place, optimizer=name, is_step=True, raised=raised)

    # What is asked now and then

    def _is_stepping(self, frame: FrameType) -> bool:
        """Is a `step()` running? One that raised is ended here, for its last hook never ran."""
        if self._stepping is not None and not is_running(self._stepping.frame, frame):
            self._end_step(None)
        return self._stepping is not None

    def _notice_silent(self, frame: FrameType) -> None:
        if self.recorder.unseen or self.leaves.moved():
            self.recorder.notice_silent(self._place(frame))

    def _name_of(self, optimizer: torch.optim.Optimizer) -> str:
        return self._declared.get(id(optimizer), "")

    def _leaves_of(self, optimizer: torch.optim.Optimizer) -> list[str]:
        return self.leaves.watched(parameter for group in optimizer.param_groups for parameter in group["params"])


_HANDLERS: Mapping[Role, Callable[[Tracer, FrameType, Any, Arguments, Keywords], Any]] = {
    Role.GET_GRAD: Tracer._get_grad,
    Role.SET_GRAD: Tracer._set_grad,
    Role.BACKWARD: Tracer._backward,
    Role.AUTOGRAD_GRAD: Tracer._autograd_grad,
    Role.ESCAPE: Tracer._escape,
}


def _other_leaves(losses: list[torch.Tensor], leaves: Leaves) -> Iterator[torch.Tensor]:
    """The leaves below these losses that are not watched, as far as a bounded walk of the graph finds them."""
    for loss in losses:
        if loss.grad_fn is None and id(loss) not in leaves.by_id:
            yield loss
    nodes = [loss.grad_fn for loss in losses if loss.grad_fn is not None]
    seen: set[Any] = set()
    while nodes and len(seen) < _MAX_NODES:
        node = nodes.pop()
        if node in seen:
            continue
        seen.add(node)
        variable = getattr(node, "variable", None)
        if variable is not None and id(variable) not in leaves.by_id:
            yield variable
        nodes.extend(below for below, _ in node.next_functions if below is not None)
