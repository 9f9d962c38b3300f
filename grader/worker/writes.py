"""What the tracer does around torch functions that read, set or write a `.grad` or a value of a watched leaf."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch

from grader.message_limits import MAX_NUMBERS
from grader.worker.encode import Document, describe_error, encode_tensor
from grader.worker.optimizer_steps import OptimizerSteps, RunningStep
from grader.worker.snapshot import WatchedLeaf, tensors_in
from grader.worker.torch_calls import ZERO_GRAD_OF_MODULE, ZERO_GRAD_OF_OPTIMIZER, Role, role_of
from grader.worker.watch import Watch

_ZERO = Role.ZERO
_Tensor = torch.Tensor
_requires_grad = torch._C.TensorBase.requires_grad.__get__  # type: ignore[attr-defined]

Arguments = tuple[Any, ...]
Keywords = dict[str, Any]


class Writes:
    def __init__(self, watch: Watch, steps: OptimizerSteps) -> None:
        self._watch, self._steps = watch, steps
        self._leaves, self._recorder = watch.leaves, watch.recorder
        self._run = watch.own_errors.run

    def get_grad(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        code = frame.f_code
        if code is ZERO_GRAD_OF_OPTIMIZER or code is ZERO_GRAD_OF_MODULE:
            owner = frame.f_locals["self"]
            leaf = self._leaves.by_id.get(id(args[0]))
            optimizer = self._steps.name_of(owner) if code is ZERO_GRAD_OF_OPTIMIZER else None
            if leaf is not None:
                self._watch.record_part_of_running_call(frame)
                self._recorder.zero_grad_reached(self._watch.place(frame), leaf, optimizer)
            elif optimizer is not None and not self._steps.leaves_of(owner):
                self._recorder.fact("optimizer-other", self._watch.place(frame).line, "zero_grad")
        return self._run(func, args, kwargs)

    def set_grad(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        step = self._acting_step(frame)
        leaf = self._leaves.by_id.get(id(args[0]))
        value = args[1] if len(args) > 1 else None
        if leaf is None:
            return self._set_grad_of_another(frame, func, args, kwargs)
        if value is not None and value is leaf.grad_object:  # the end of `x.grad *= 0`, after its `mul_` was recorded
            return self._run(func, args, kwargs)
        result = self._run_and_record(frame, func, args, kwargs, [leaf], [], step)
        if not leaf.grad_is_empty:
            self._recorder.fact("grad-assigned", self._watch.place(frame).line, leaf=leaf.name)
        return result

    def write(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        targets = list(tensors_in((*args[:1], kwargs.get("out")) if kwargs else args[:1]))
        step = self._acting_step(frame)
        grads, values = self._leaves.sharing(targets)
        zeroing = role_of(func) is _ZERO
        if not (grads or values):
            if self._watch.running.innermost(frame) is None:
                self._watch.notice_silent(frame)
            result = self._write_to_another(frame, func, args, kwargs) if zeroing else self._run(func, args, kwargs)
            if type(result) is _Tensor and _requires_grad(result):
                result._made_on_line = self._watch.line(frame)  # type: ignore[attr-defined]
            return result
        result = self._run_and_record(frame, func, args, kwargs, grads, values, step)
        if zeroing and step is None:
            self._note_zeroed_values(frame, values)
        return result

    def escape(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        """From this line on the numbers can be written without a torch function."""
        self._acting_step(frame)
        grads, values = self._leaves.sharing(tensors_in(args[0] if args else None))
        result = self._run(func, args, kwargs)
        for leaf in (*grads, *values):
            leaf.escaped = (self._watch.line(frame),)
        return result

    def detach(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        result = self._run(func, args, kwargs)
        leaf = self._leaves.by_id.get(id(args[0])) if args else None
        if leaf is not None and self._watch.frozen.is_wanted:
            self._recorder.fact("leaf-detached", self._watch.line(frame), leaf=leaf.name)
        return result

    def _acting_step(self, frame: FrameType) -> RunningStep | None:
        """The optimizer's step that itself acts in this frame. If the student's code acts, what ran until now is recorded."""
        step = self._steps.acting(frame)
        if step is None:
            self._watch.record_part_of_running_call(frame)
        return step

    def _run_and_record(
        self,
        frame: FrameType,
        func: Any,
        args: Arguments,
        kwargs: Keywords,
        grads: list[WatchedLeaf],
        values: list[WatchedLeaf],
        step: RunningStep | None,
    ) -> Any:
        if self._watch.running.innermost(frame) is None:
            self._watch.notice_silent(frame, (*grads, *values))
        raised: Document | None = None
        try:
            return self._run(func, args, kwargs)
        except BaseException as error:
            raised = describe_error(error, self._watch.line(frame))
            raise
        finally:
            if step is None:
                self._recorder.wrote(self._watch.place(frame), grads, values, raised)
            elif not values and all(leaf.grad_is_empty_now() for leaf in grads):
                step.record_part()
                self._recorder.wrote(self._watch.place(frame), grads, [], raised)
            else:
                step.wrote(grads, values)

    def _set_grad_of_another(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        result = self._run(func, args, kwargs)
        place = self._watch.place(frame)
        if args[1:] in ((), (None,)) and place.library is None:
            self._recorder.fact("zeroed-other", place.line, "other")
        return result

    def _write_to_another(self, frame: FrameType, func: Any, args: Arguments, kwargs: Keywords) -> Any:
        """Run a function that may zero a tensor that is not watched, and record the fact if it does."""
        target = args[0] if args else None
        if not isinstance(target, _Tensor) or target.is_sparse or target.numel() > MAX_NUMBERS:
            return self._run(func, args, kwargs)
        before = encode_tensor(target)["data"]
        result = self._run(func, args, kwargs)
        place = self._watch.place(frame)
        if any(before) and place.library is None and not any(encode_tensor(target)["data"]):
            leaf = self._leaves.past_grads.get(tuple(before))
            self._recorder.fact("zeroed-other", place.line, "copy-of-grad" if leaf else "other", leaf)
        return result

    def _note_zeroed_values(self, frame: FrameType, values: list[WatchedLeaf]) -> None:
        for leaf in values:
            if not any(leaf.value["data"]):
                self._recorder.fact("zeroed-other", self._watch.place(frame).line, "value", leaf.name)
