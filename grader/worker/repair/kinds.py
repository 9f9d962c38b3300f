"""What a student's statement does, as far as its text shows it."""

from __future__ import annotations

import ast
from functools import lru_cache

from grader.worker.repair.student_file import Statement, StudentFile, called_name

_CALLS = {
    "zero_": "zero",
    "zero_grad": "zero",
    "backward": "backward",
    "grad": "backward",
    "step": "step",
    "clip_grad_norm_": "clip",
    "clip_grad_value_": "clip",
    "clamp_": "clip",
    "add_": "update",
    "sub_": "update",
    "copy_": "update",
    "mul_": "update",
    "div_": "update",
    "register_hook": "hook",
    "register_post_accumulate_grad_hook": "hook",
    "retain_grad": "hook",
    "requires_grad_": "freeze",
}
_ORDER = ("backward", "step", "zero", "clip", "update", "hook", "freeze")

# The mistakes that a move of such a statement undoes.
EARLIER = {
    "zero": ("zero-too-late", "zero-skipped"),
    "step": ("step-too-late",),
    "clip": ("clip-too-late",),
    "update": ("loss-not-divided", "clip-scaled"),
    "hook": ("hook-late",),
    "freeze": ("not-frozen",),
    "backward": ("step-too-early", "zero-before-step"),
    "loss": ("loss-not-divided", "wrong-formula"),
    "schedule": (),
}
LATER = {
    "zero": ("zero-too-early", "zero-before-step"),
    "step": ("step-too-early",),
    "clip": ("clip-too-early", "clip-scaled"),
    "update": ("zero-before-step",),
    "freeze": ("detached",),
    "backward": ("step-too-late", "zero-too-late"),
}
INTO_LOOP = {
    "zero": ("zero-outside-loop", "zero-skipped"),
    "step": ("step-outside-loop", "step-missing"),
    "backward": ("loss-overwritten", "backward-missing"),
    "clip": ("clip-too-late",),
    "loss": ("stale-graph", "wrong-formula"),
}
OUT_OF_LOOP = {
    "zero": ("zero-too-early",),
    "step": ("step-too-early",),
    "backward": ("backward-repeated", "loss-split"),
    "clip": ("clip-too-early",),
}
SUPERFLUOUS = {
    "zero": ("zero-too-early", "zero-before-step", "zero-unneeded"),
    "step": ("step-too-early",),
    "backward": ("backward-repeated",),
    "clip": ("wrong-clip", "clip-too-early"),
    "update": ("value-moved", "divided-twice"),
    "freeze": ("detached",),
    "hook": ("hook-twice",),
    "write": ("hand-written-grad",),
}
MISSING = {
    "zero": ("zero-skipped", "stale-grad"),
    "step": ("step-missing",),
    "backward": ("backward-missing",),
    "clip": ("wrong-clip",),
    "freeze": ("not-frozen",),
    "unfreeze": ("detached",),
    "update": ("step-missing",),
    "unscale": ("not-unscaled",),
    "hook": ("non-leaf-grad",),
}


@lru_cache(maxsize=1_000)  # several rules ask for it
def kind(file: StudentFile, statement: Statement) -> str:
    """`zero`, `backward`, `step`, `clip`, `update`, `write`, `hook`, `freeze`, `loss` (an assignment), or "" for others.

    A compound statement and the call of a helper have the kind that all statements in it have.
    """
    node = statement.node
    if isinstance(node, ast.For | ast.With | ast.If | ast.While):
        kinds = {kind(file, file.of(each)) for each in node.body}
        return kinds.pop() if len(kinds) == 1 else ""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if name in file.helpers:
            kinds = {kind(file, file.of(each)) for each in file.helpers[name].body if each is not node}
            return kinds.pop() if len(kinds) == 1 else ""
    calls = [each for each in file.own_expressions(statement) if isinstance(each, ast.Call)]
    if any(_is_of_scheduler(file, each) for each in calls):
        return "schedule"
    found = {_CALLS.get(called_name(each)) for each in calls}
    for one in _ORDER:
        if one in found:
            return one
    match node:
        case ast.Assign(targets=[ast.Attribute(attr="grad"), *_], value=value):
            return "zero" if is_empty(value) else "write"
        case ast.Delete(targets=[ast.Attribute(attr="grad")]):
            return "zero"
        case ast.Assign(targets=[ast.Attribute(attr="requires_grad")]):
            return "freeze"
        case ast.AugAssign() | ast.Assign(targets=[ast.Attribute(attr="data")]):
            return "update"
        case ast.Assign() | ast.AnnAssign():
            return "loss"
    return ""


def _is_of_scheduler(file: StudentFile, call: ast.Call) -> bool:
    """Is it the `step()` of a learning rate scheduler, as far as names show it?"""
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr="step"):
            made = [each.node.value for each in file.statements if isinstance(each.node, ast.Assign) and _binds(each.node, name)]
            return "sched" in name.lower() or any("lr_scheduler" in file.source(value) for value in made)
    return False


def _binds(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def is_empty(value: ast.expr) -> bool:
    """None, 0, or a new tensor of zeros."""
    match value:
        case ast.Constant(value=None | 0 | 0.0):
            return True
        case ast.Call():
            return called_name(value) in ("zeros", "zeros_like")
    return False
