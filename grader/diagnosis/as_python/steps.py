"""One step as the lines of Python that a student would write for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.diagnosis.as_python.expressions import Spelling, has_float
from grader.diagnosis.as_python.names import names_taken, spelling_of
from grader.expressions.tree import Attribute, Binary, Expr, FunctionCall, ListOf, Name, Negative, dotted, walk
from grader.expressions.write import to_text
from grader.records.exercise import (
    Action,
    Backward,
    Clip,
    Code,
    Exercise,
    Let,
    OptimizerStep,
    RequiresGrad,
    RetainGrad,
    Set,
    Setup,
    Zero,
)
from grader.spec.step_text import reset_call

INDENT = "    "


@dataclass(frozen=True, slots=True)
class StepWriter:
    """Writes the steps of one function. Its own variables avoid the names in `taken`."""

    setup: Setup
    spelling: Spelling
    taken: frozenset[str]

    def lines(self, action: Action) -> list[str]:
        """The lines for one step; none for a step without a verb. Raises ValueError for a `code` step."""
        text = self.spelling.text
        match action:
            case Backward():
                return self._backward(action)
            case Zero(of=of, set_to_none=to_none):
                return [line for target in of for line in self._zero(target, to_none)]
            case OptimizerStep(optimizer=name):
                return [f"{name}.step()"]
            case Clip():
                return [self._clip(action)]
            case Set(targets=targets):
                return ["with torch.no_grad():", *(f"{INDENT}{line}" for line in self._set(targets))]
            case RequiresGrad(of=of):
                return [f"{text(target)}.requires_grad_({on})" for target, on in of]
            case Let(names=pairs):
                return [f"{name} = {text(value)}" for name, value in pairs]
            case RetainGrad(of=of):
                return [f"{text(of)}.retain_grad()"]
            case Code():
                raise ValueError("a `code` step cannot be written as a call of the student's function")
        return []

    def _backward(self, action: Backward) -> list[str]:
        if len(action.of) > 1:
            losses = self._free_name("losses")
            arguments = ", ".join([losses, *self.backward_arguments(action, losses)])
            made = f"{losses} = [{', '.join(map(self.spelling.text, action.of))}]"
            return [made, f"torch.autograd.backward({arguments})"]
        (loss,) = action.of
        name = loss.id if isinstance(loss, Name) else self._free_name("loss")
        before = [] if isinstance(loss, Name) else [f"{name} = {self.spelling.text(loss)}"]
        return [*before, f"{name}.backward({', '.join(self.backward_arguments(action, name))})"]

    def backward_arguments(self, action: Backward, name: str) -> Iterator[str]:
        if action.gradient and len(action.of) == 1:
            yield f"gradient={self._gradient(action.gradient[0], name)}"
        elif action.gradient:
            each = (self._gradient(gradient, f"{name}[{index}]") for index, gradient in enumerate(action.gradient))
            yield f"grad_tensors=[{', '.join(each)}]"
        yield from (f"{word}=True" for word in ("retain_graph", "create_graph") if getattr(action, word))
        if action.inputs:
            yield f"inputs={self._list_of_tensors(action.inputs)}"

    def _gradient(self, gradient: Expr, loss: str) -> str:
        if not self.spelling.is_number(gradient):
            return self.spelling.text(gradient)
        is_default = has_float(gradient) and all(spec.dtype == "float32" for spec in self.setup.tensors.values())
        return f"torch.tensor({self.spelling.text(gradient)}{'' if is_default else f', dtype={loss}.dtype'})"

    def _zero(self, target: Expr, to_none: bool | None) -> list[str]:
        call = self.reset(target, to_none)
        if to_none or self._has_zero_grad(target):
            return [call]
        return [f"if {self.spelling.text(target)}.grad is not None:", f"{INDENT}{call}"]

    def reset(self, target: Expr, to_none: bool | None) -> str:
        """The call that resets the gradient of a tensor, a module or an optimizer."""
        return reset_call(self.spelling.text(target), to_none, has_zero_grad=self._has_zero_grad(target))

    def _has_zero_grad(self, target: Expr) -> bool:
        return self._is_module(target) or dotted(target) in self.setup.optimizers

    def _clip(self, action: Clip) -> str:
        tensors = self._list_of_tensors(action.of)
        if action.max_norm is not None:
            return f"torch.nn.utils.clip_grad_norm_({tensors}, max_norm={action.max_norm!r})"
        return f"torch.nn.utils.clip_grad_value_({tensors}, clip_value={action.clip_value!r})"

    def _list_of_tensors(self, of: Sequence[Expr]) -> str:
        return f"[{', '.join(map(self._list_item, of))}]"

    def _list_item(self, expr: Expr) -> str:
        text = self.spelling.text(expr)
        if self._is_module(expr):
            return f"*{text}.parameters()"
        return f"*{text}" if self.spelling.is_list(expr) else text

    def _is_module(self, expr: Expr) -> bool:
        path = dotted(expr)
        return path is not None and path not in self.setup.tensors and path.partition(".")[0] in self.setup.modules

    def _set(self, targets: Sequence[tuple[Expr, Expr]]) -> Iterator[str]:
        """Every value is read before the first target is written."""
        if len(targets) == 1 and not _may_be_none(*targets[0]):
            (target, value), *_ = targets
            yield self._write(self.spelling.text(target), self.spelling.text(value), value)
            return
        new = [self._free_name("new_" + re.sub(r"\W+", "_", to_text(target))) for target, _ in targets]
        for name, (_, value) in zip(new, targets, strict=True):
            yield f"{name} = {self._unaliased(value) if len(targets) > 1 else self.spelling.text(value)}"
        for name, (target, value) in zip(new, targets, strict=True):
            if isinstance(target, Attribute) and _may_be_none(target, value):
                yield from self._write_or_make(self.spelling.text(target.value), name, value)
            else:
                yield self._write(self.spelling.text(target), name, value)

    def _unaliased(self, value: Expr) -> str:
        """The value as a tensor of its own, so that it does not change when other tensors are written."""
        text = self.spelling.text(value)
        is_new = isinstance(value, Binary | Negative) or (isinstance(value, FunctionCall) and value.function == Name("clone"))
        return text if is_new or self.spelling.is_number(value) else f"{text}.clone()"

    def _write_or_make(self, owner: str, name: str, value: Expr) -> Iterator[str]:
        """The lines that write a `.grad` which may be None."""
        new = f"torch.full_like({owner}, {name})"
        if not self._is_one_number(value):
            new = f"{self._tensor(name, value)}.expand_as({owner}).clone()"
        yield f"if {owner}.grad is None:"
        yield f"{INDENT}{owner}.grad = {new}"
        yield "else:"
        yield f"{INDENT}{self._write(f'{owner}.grad', name, value)}"

    def _write(self, target: str, text: str, value: Expr) -> str:
        if self._is_one_number(value):
            return f"{target}.fill_({text})"
        return f"{target}.copy_({self._tensor(text, value)})"

    def _tensor(self, text: str, value: Expr) -> str:
        return f"torch.tensor({text})" if self.spelling.is_number(value) else text

    def _is_one_number(self, value: Expr) -> bool:
        return self.spelling.is_number(value) and not isinstance(value, ListOf)

    def _free_name(self, name: str) -> str:
        while name in self.taken:
            name += "_"
        return name


def step_writer(exercise: Exercise, actions: Sequence[Action]) -> StepWriter:
    """The writer for a function that performs these actions."""
    taken = names_taken(exercise, actions)
    return StepWriter(exercise.setup, spelling_of(exercise, actions, taken), taken)


def _may_be_none(target: Expr, value: Expr) -> bool:
    """Can the target be None? A `.grad` cannot if its new value is computed from it."""
    return isinstance(target, Attribute) and target.name == "grad" and target not in walk(value)
