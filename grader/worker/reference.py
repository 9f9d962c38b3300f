"""Runs a program of steps in torch and sends what each step did: the expected values come from this run."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from grader.worker import functions, verbs
from grader.worker.build import World, build
from grader.worker.call_sites import CallSite
from grader.worker.encode import Document, describe_error, encode_value
from grader.worker.frozen import FrozenLeaves
from grader.worker.recorder import Send, call_document, end_document
from grader.worker.snapshot import Leaves
from grader.worker.used_names import UsedNames
from grader.worker.verbs import Verbs, is_grad

_FILES_OF_STEPS = (verbs.__file__, functions.__file__)


def run_program(program: Document, device: torch.device | str, send: Send) -> None:
    """Send start, one `performed` for each step up to the one that raised, and end."""
    try:
        world = build(program["setup"], device)
    except Exception as error:
        send({"message": "start", "state": {}})
        send(end_document("raised", error=describe_error(error, None)))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = _ProgramRun(world, send, all_may_change=_changes_leaves_unseen(program))
        send({"message": "start", "state": run.leaves.state()})
        try:
            with UsedNames(program.get("torch_names", ()), _FILES_OF_STEPS, send) as used:
                end = _run_steps(run, program, send)
            used.finish()
            send(end)
        finally:
            run.verbs.remove_hooks()


def _run_steps(run: _ProgramRun, program: Document, send: Send) -> Document:
    for step in program["steps"]:
        performed = run.step(step)
        send(performed)
        if step["verb"] == "requires_grad":
            run.frozen.report()
        if performed["raised"] is not None:
            return end_document("returned")
    try:
        return end_document("returned", returned=encode_value(run.returned(program["returns"])))
    except Exception as error:
        return end_document("raised", error=describe_error(error, None))


def _changes_leaves_unseen(program: Document) -> bool:
    """`code` writes what it likes, and an Embedding with `max_norm` changes its weight when it is called."""
    modules = program["setup"]["modules"].values()
    return any(step["verb"] == "code" for step in program["steps"]) or any("max_norm" in text for text in modules)


class _ProgramRun:
    """One program that is running: its leaves with what was last sent of each, and the verbs that act on them."""

    def __init__(self, world: World, send: Send, *, all_may_change: bool) -> None:
        """`all_may_change`: a step can change leaves without a verb that writes them, as `code` does."""
        self.leaves = Leaves(world.leaves)
        self.verbs = Verbs(world, self.leaves)
        self.frozen = FrozenLeaves(self.leaves, send)
        self._optimizers = world.optimizers
        self._all_may_change = all_may_change

    def step(self, step: Document) -> Document:
        """Run one step; the message says what it did, which values it observed, and what it raised."""
        raised: Document | None = None
        values: list[Any] = []
        try:
            self.verbs.do(step)
        except BaseException as error:
            raised = describe_error(error, None)
        call = self._call(step, raised) if step["is_call"] else None
        if raised is None:
            try:
                values = [encode_value(self.verbs.value(text)) for text in step["look"]]
            except Exception as error:
                raised = describe_error(error, None)
        return {"message": "performed", "call": call, "values": [] if raised else values, "raised": raised}

    def returned(self, returns: list[str] | str | None) -> Any:
        if returns is None:
            return None
        return [self.verbs.value(text) for text in returns] if isinstance(returns, list) else self.verbs.value(returns)

    def _changes(self, step: Document, touched: list[str]) -> Document:
        """What differs from what was last sent. Only these verbs write values, and an optimizer may count no versions."""
        if self._all_may_change or self.verbs.wrote_other:
            found = {leaf.name: leaf.changes(grad=True, value=True) for leaf in self.leaves.all}
        else:
            writes_values = step["verb"] in ("set", "step")
            leaves = [self.leaves.by_name[name] for name in touched]
            found = {leaf.name: leaf.changes(grad=True, value=writes_values or leaf.value_moved) for leaf in leaves}
        return {name: change for name, change in found.items() if change}

    def _call(self, step: Document, raised: Document | None) -> Document:
        touched = self.leaves.watched(self.leaves.by_name[name].tensor for name in self.verbs.touched)
        after = self._changes(step, touched)
        call = call_document(self._kind(step, touched, after), touched, after, CallSite())
        return call | {"optimizer": self._optimizer_of(step), "is_step": step["verb"] == "step", "raised": raised}

    def _kind(self, step: Document, touched: list[str], after: Document) -> str:
        verb = str(step["verb"])
        if verb in ("backward", "zero"):
            return verb
        if verb == "step" or any("value" in change for change in after.values()):
            return "update"
        if verb == "set" and not all(is_grad(target) for target, _ in step["targets"]):
            return "update"
        if verb == "clip":
            return "edit"
        grads_written = touched and all(self.leaves.by_name[name].grad_is_empty for name in touched)
        return "zero" if grads_written else "edit"

    def _optimizer_of(self, step: Document) -> str | None:
        if step["verb"] == "step":
            return str(step["optimizer"])
        if step["verb"] == "zero" and len(step["of"]) == 1 and step["of"][0] in self._optimizers:
            return str(step["of"][0])
        return None
