"""What the tracer does around `backward()` and `torch.autograd.grad()`, and when a gradient arrives at a watched leaf."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import torch

from grader.worker.encode import Document, describe_error
from grader.worker.optimizer_steps import OptimizerSteps
from grader.worker.snapshot import Arrivals, Leaves, tensors_in
from grader.worker.watch import Watch

_MAX_NODES = 1_000
_frame = sys._getframe


class Backwards:
    def __init__(self, watch: Watch, steps: OptimizerSteps) -> None:
        self._watch, self._steps = watch, steps
        self._leaves, self._recorder = watch.leaves, watch.recorder
        self._run = watch.own_errors.run
        self._arrived: dict[str, None] = {}
        self._arrivals = Arrivals(watch.leaves, self._gradient_arrived)

    def remove_hooks(self) -> None:
        self._arrivals.remove()

    def backward(self, frame: FrameType, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._recorder.flush()
        stepping = self._steps.is_running(frame)
        if not stepping:
            self._watch.notice_silent(frame)
        losses = list(tensors_in(args[0] if args else None))
        gradients = [*args[1:2], kwargs.get("gradient"), kwargs.get("grad_tensors")]
        observed = {
            "loss_line": next((line for loss in losses if (line := getattr(loss, "_made_on_line", None))), None),
            "same_loss": any(getattr(loss, "_had_backward", False) for loss in losses),
            "gradient_given": any(not bool((gradient == 1).all()) for gradient in tensors_in(gradients)),
            "raised": None,
        }
        self._arrived, self._watch.in_backward = {}, True
        try:
            return self._run(func, args, kwargs)
        except BaseException as error:
            observed["raised"] = describe_error(error, self._watch.line(frame))
            raise
        finally:
            self._watch.in_backward = False
            self._record(frame, stepping, losses, observed)

    def autograd_grad(self, frame: FrameType, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        inputs = self._leaves.watched(tensors_in([*args[1:2], kwargs.get("inputs")]))
        result = self._run(func, args, kwargs)
        line = self._watch.line(frame)
        self._recorder.fact("autograd-grad", line, leaf=inputs[0] if inputs else None)
        for gradient in tensors_in(result):
            gradient._made_on_line = line  # type: ignore[attr-defined]
        return result

    def _record(self, frame: FrameType, stepping: bool, losses: list[torch.Tensor], observed: Document) -> None:
        place = self._watch.place(frame)
        if stepping:
            after = {leaf.name: change for leaf in self._leaves.all if (change := leaf.changes(grad=True, value=False))}
        else:
            after = self._recorder.changes(arrived=self._arrived)
        self._recorder.call("backward", self._arrived | dict.fromkeys(after), after, place, **observed)
        for loss in losses:
            loss._had_backward = True  # type: ignore[attr-defined]
        if not self._arrived and observed["raised"] is None:
            own = next(_unwatched_leaves(losses, self._leaves), None)
            if own is not None:
                self._recorder.fact("own-leaf", getattr(own, "_made_on_line", None) or place.line)

    def _gradient_arrived(self, name: str) -> None:
        if self._watch.in_backward:
            self._arrived[name] = None
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
