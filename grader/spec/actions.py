"""Reads the verb of a step: its action, its expressions and its text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.expressions.tree import Expr
from grader.expressions.write import to_text
from grader.records.exercise import Action, Backward, Clip, Code, Let, OptimizerStep, RequiresGrad, RetainGrad, Set, Zero
from grader.spec.expressions_in_file import Use, read_each, read_expression
from grader.spec.file import BackwardInFile, StepInFile, ZeroInFile
from grader.spec.places import KeyPath
from grader.spec.problems import Problems, counted
from grader.spec.scope import KIND_NAMES, Scope, check_new_name
from grader.spec.step_text import StepText


@dataclass(frozen=True)
class ActionRead:
    """What was read of one verb; `Step` explains `loss` and `needs_grad`."""

    action: Action
    text: str
    uses: tuple[Use, ...] = ()
    binds: tuple[str, ...] = ()
    loss: str = ""
    needs_grad: bool = False


@dataclass(frozen=True)
class ActionReader:
    """One method for each verb. `path` is the path of its value. A method returns None if it has reported an error."""

    problems: Problems
    scope: Scope
    path: KeyPath

    @property
    def text(self) -> StepText:
        return StepText(self.problems.source, self.scope)

    def read(self, verb: str, form: StepInFile) -> ActionRead | None:
        read: Callable[[StepInFile], ActionRead | None] = getattr(self, verb)
        return read(form)

    def backward(self, form: StepInFile) -> ActionRead | None:
        value, path = form.backward, self.path
        if not isinstance(value, BackwardInFile):
            use = read_expression(self.problems, value, path)
            return self.backward_of((use,), Backward((use.expr,))) if use else None
        several = isinstance(value.of, list)
        of = read_each(self.problems, value.of, (*path, "of"))
        gradient = self.gradient(value, several=several, losses=len(of))
        inputs = read_each(self.problems, value.inputs, (*path, "inputs")) if value.inputs is not None else ()
        action = Backward(_exprs(of), _exprs(gradient), value.retain_graph, value.create_graph, _exprs(inputs))
        return self.backward_of(of, action, gradient, inputs) if of else None

    def backward_of(
        self, of: tuple[Use, ...], action: Backward, gradient: tuple[Use, ...] = (), inputs: tuple[Use, ...] = ()
    ) -> ActionRead:
        text = self.text.backward(of, action, gradient, inputs)
        return ActionRead(action, text, of + gradient + inputs, loss=self.text.loss(of))

    def gradient(self, value: BackwardInFile, *, several: bool, losses: int) -> tuple[Use, ...]:
        place = (*self.path, "gradient")
        if value.gradient is None:
            return ()
        if not several:
            use = read_expression(self.problems, value.gradient, place)
            return (use,) if use else ()
        count = len(value.gradient) if isinstance(value.gradient, list) else 1
        if count != losses or not isinstance(value.gradient, list):
            message = f"{counted(losses, 'loss', 'losses')} but {counted(count, 'gradient', 'gradients')}."
            self.problems.add(place, message, "write a list with one gradient for each loss")
            return ()
        uses = [read_expression(self.problems, each, (*place, index)) for index, each in enumerate(value.gradient)]
        return tuple(use for use in uses if use)

    def zero(self, form: StepInFile) -> ActionRead | None:
        value = form.zero
        if isinstance(value, ZeroInFile):
            of, to_none = read_each(self.problems, value.of, (*self.path, "of")), value.set_to_none
        else:
            of, to_none = read_each(self.problems, value, self.path), None
        needs_grad = not to_none and not all(map(self.text.has_zero_grad, of))
        return ActionRead(Zero(_exprs(of), to_none), self.text.zero(of, to_none), of, needs_grad=needs_grad) if of else None

    def step(self, form: StepInFile) -> ActionRead | None:
        use = read_expression(self.problems, form.step, self.path)
        name = form.step or ""
        return ActionRead(OptimizerStep(name), f"{name}.step()", (use,)) if use else None

    def clip(self, form: StepInFile) -> ActionRead | None:
        value = form.clip
        assert value is not None
        if (value.max_norm is None) == (value.clip_value is None):
            has = "neither `max_norm` nor" if value.max_norm is None else "both `max_norm` and"
            self.problems.add(self.path, f"this `clip` has {has} `clip_value`.", "write exactly one of them", key=True)
        of = read_each(self.problems, value.of, (*self.path, "of"))
        return ActionRead(Clip(_exprs(of), value.max_norm, value.clip_value), self.text.clip(of, value), of) if of else None

    def set(self, form: StepInFile) -> ActionRead | None:
        pairs: list[tuple[Use, Use]] = []
        for name, value in (form.set_ or {}).items():
            target = read_expression(self.problems, name, (*self.path, name), key=True)
            new = read_expression(self.problems, value, (*self.path, name))
            if target and new:
                pairs.append((target, new))
        action = Set(tuple((target.expr, new.expr) for target, new in pairs))
        uses = tuple(use for pair in pairs for use in pair)
        return ActionRead(action, self.text.set(pairs), uses) if self.has_any(pairs, form.set_) else None

    def requires_grad(self, form: StepInFile) -> ActionRead | None:
        uses, pairs = [], []
        for name, on in (form.requires_grad or {}).items():
            use = read_expression(self.problems, name, (*self.path, name), key=True)
            if use:
                uses.append(use)
                pairs.append((use.expr, on))
        text = "; ".join(f"{to_text(expr)}.requires_grad_({on})" for expr, on in pairs)
        return ActionRead(RequiresGrad(tuple(pairs)), text, tuple(uses)) if self.has_any(pairs, form.requires_grad) else None

    def let(self, form: StepInFile) -> ActionRead | None:
        uses, names = [], []
        for name, value in (form.let or {}).items():
            place = (*self.path, name)
            use = read_expression(self.problems, value, place)
            if check_new_name(self.problems, name, place) and use:
                self.check_rebinding(name, place)
                uses.append(use)
                names.append((name, use.expr))
        text = "; ".join(f"{name} = {self.text.expression(use)}" for (name, _), use in zip(names, uses, strict=True))
        binds = tuple(form.let or ())
        return ActionRead(Let(tuple(names)), text, tuple(uses), binds) if self.has_any(names, form.let) else None

    def check_rebinding(self, name: str, path: KeyPath) -> None:
        kind = self.scope.kinds.get(name)
        if kind in ("module", "optimizer"):
            self.problems.add(path, f"`{name}` is already {KIND_NAMES[kind]}.", "choose another name", key=True)

    def retain_grad(self, form: StepInFile) -> ActionRead | None:
        use = read_expression(self.problems, form.retain_grad, self.path)
        return ActionRead(RetainGrad(use.expr), f"{form.retain_grad}.retain_grad()", (use,)) if use else None

    def code(self, form: StepInFile) -> ActionRead | None:
        source = form.code or ""
        first = source.strip().partition("\n")[0]
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError) as error:
            self.problems.add(self.path, f"this is not valid Python: {getattr(error, 'msg', error)}.")
            return None
        if not tree.body:
            self.problems.add(self.path, "`code` is empty.")
            return None
        return ActionRead(Code(source), first, binds=tuple(sorted(_names_bound(tree))))

    def has_any(self, read: list[Any], written: dict[str, Any] | None) -> bool:
        if not written:
            self.problems.add(self.path, "this mapping is empty.", "write at least one name and its value")
        return bool(read)


def _exprs(uses: Sequence[Use]) -> tuple[Expr, ...]:
    return tuple(use.expr for use in uses)


def _names_bound(tree: ast.AST) -> set[str]:
    """The names that a piece of Python binds."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
    return found
