"""What the tracer does around `backward()` and `torch.autograd.grad()`, and when a gradient arrives at a watched leaf."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from grader.worker.call_sites import CallSite, frames_within
from grader.worker.encode import Document, describe_error
from grader.worker.recorder import Recorder
from grader.worker.running import RunningCall
from grader.worker.snapshot import Arrivals, Leaves, tensors_in
from grader.worker.traced_engine import seen_by
from grader.worker.watch import Watch

_MAX_NODES = 1_000
_frame = sys._getframe


class _RunningBackward(RunningCall):
    """A running `backward()`. `_arrived` has the leaves that got a gradient since the last part was recorded."""

    def __init__(self, frame: FrameType, place: CallSite, recorder: Recorder, observed: Document) -> None:
        super().__init__(frame, place, recorder)
        self._observed = observed
        self._arrived: dict[str, None] = {}
        self.reached_a_leaf = False

    def arrive(self, name: str) -> None:
        self._arrived[name] = None
        self.reached_a_leaf = True

    def record_part(self) -> None:
        if self._arrived:
            self.recorder.flush()
            self._record(self.recorder.visible_changes(self._arrived), None, is_part=True)

    def end(self, raised: Document | None = None) -> None:
        self.recorder.flush()
        is_inner = self.place.within is not None
        after = self.recorder.visible_changes(self._arrived) if is_inner else self.recorder.changes(arrived=self._arrived)
        if self._arrived or after or raised or not self.parts:
            self._record(after, raised, is_part=False)

    def _record(self, after: Document, raised: Document | None, *, is_part: bool) -> None:
        touched, self._arrived = self._arrived | dict.fromkeys(after), {}
        self.record("backward", touched, after, is_part=is_part, raised=raised, **self._observed)


class Backwards:
    def __init__(self, watch: Watch, mode: TorchFunctionMode) -> None:
        self._watch, self._mode = watch, mode
        self._leaves, self._recorder = watch.leaves, watch.recorder
        self._arrivals = Arrivals(watch.leaves, self._gradient_arrived)

    def remove_hooks(self) -> None:
        self._arrivals.remove()

    def backward(self, frame: FrameType, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        outer = self._watch.running.innermost(frame)
        if isinstance(outer, _RunningBackward) and not self._watch.has_students_frame(frames_within(outer.frame, frame)):
            return self._run(func, args, kwargs)  # torch itself runs a part of the outer backward, as checkpoints do
        self._recorder.flush()
        self._watch.before_call(frame)
        losses = list(tensors_in(args[0] if args else None))
        gradients = [*args[1:2], kwargs.get("gradient"), kwargs.get("grad_tensors")]
        observed = {
            "loss_line": next((line for loss in losses if (line := getattr(loss, "_made_on_line", None))), None),
            "same_loss": any(getattr(loss, "_had_backward", False) for loss in losses),
            "gradient_given": any(not bool((gradient == 1).all()) for gradient in tensors_in(gradients)),
        }
        self._watch.frozen.report()
        running = _RunningBackward(frame, self._watch.place(frame), self._recorder, observed)
        raised: Document | None = None
        self._watch.running.begin(running)
        try:
            return self._run(func, args, kwargs)
        except BaseException as error:
            raised = describe_error(error, self._watch.line(frame))
            raise
        finally:
            self._watch.running.end(running, raised)
            self._note(running, losses, raised)

    def autograd_grad(self, frame: FrameType, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        inputs = self._leaves.watched(tensors_in([*args[1:2], kwargs.get("inputs")]))
        result = self._run(func, args, kwargs)
        line = self._watch.line(frame)
        self._recorder.fact("autograd-grad", line, leaf=inputs[0] if inputs else None)
        for gradient in tensors_in(result):
            gradient._made_on_line = line  # type: ignore[attr-defined]
        return result

    def _run(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with seen_by(self._mode):
            return self._watch.own_errors.run(func, args, kwargs)

    def _note(self, running: _RunningBackward, losses: list[torch.Tensor], raised: Document | None) -> None:
        for loss in losses:
            loss._had_backward = True  # type: ignore[attr-defined]
        if not running.reached_a_leaf and raised is None:
            own = next(_unwatched_leaves(losses, self._leaves), None)
            if own is not None:
                self._recorder.fact("own-leaf", getattr(own, "_made_on_line", None) or running.place.line)

    def _gradient_arrived(self, name: str) -> None:
        running = self._watch.running.innermost_of(_RunningBackward)
        if running is not None:
            running.arrive(name)
        else:
            self._recorder.unseen[name] = self._watch.line(_frame(1))


def _unwatched_leaves(losses: list[torch.Tensor], leaves: Leaves) -> Iterator[torch.Tensor]:
    """The leaves of these losses' graphs that are not watched, as far as a bounded walk finds them."""
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
