"""A step as one line of Python, in its author's words. Reports show it; no code reads it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.expressions.parse import layers_as_indices
from grader.expressions.tree import Attribute, Binary, Expr, ListOf, Negative, Number, children
from grader.expressions.write import to_text
from grader.records.exercise import Backward
from grader.records.nesting import in_brackets
from grader.spec.expressions_in_file import Use
from grader.spec.file import ClipInFile
from grader.spec.places import SourceFile
from grader.spec.scope import Scope


@dataclass(frozen=True)
class StepText:
    """Writes the steps of one file."""

    source: SourceFile
    scope: Scope

    def expression(self, use: Use) -> str:
        """The expression as its author wrote it: on one line, without brackets around the whole."""
        if use.parts:
            return in_brackets(map(self.expression, use.parts))
        return self._part(use, use.expr)

    def loss(self, of: Sequence[Use]) -> str:
        """`a*b + b`; several losses as `[a, b]`."""
        return self.expression(of[0]) if len(of) == 1 else in_brackets(map(self.expression, of))

    def backward(self, of: Sequence[Use], action: Backward, gradient: Sequence[Use], inputs: Sequence[Use]) -> str:
        """`(a*b + b).backward()`, `torch.autograd.backward([a, b])`, with the arguments that the file gives."""
        loss, is_list = self.loss(of), len(of) > 1 or isinstance(of[0].expr, ListOf)
        arguments = [loss] if is_list else []
        if gradient:
            given = [_tensor(use.expr, self.expression(use)) for use in gradient]
            arguments.append(f"grad_tensors={in_brackets(given)}" if is_list else f"gradient={given[0]}")
        arguments += [f"{word}=True" for word in ("retain_graph", "create_graph") if getattr(action, word)]
        if inputs:
            arguments.append(f"inputs={self._tensors(inputs)}")
        if is_list:
            return f"torch.autograd.backward({', '.join(arguments)})"
        called = f"({loss})" if isinstance(of[0].expr, Binary | Negative | Number) else loss
        return f"{called}.backward({', '.join(arguments)})"

    def zero(self, of: Sequence[Use], to_none: bool | None) -> str:
        """`x.grad.zero_()`, `x.grad = None`, `optimizer.zero_grad()`; several are separated by semicolons."""
        return "; ".join(reset_call(to_text(use.expr), to_none, has_zero_grad=self.has_zero_grad(use)) for use in of)

    def has_zero_grad(self, use: Use) -> bool:
        return self.scope.kind_of(use.expr) in ("module", "layer", "optimizer")

    def clip(self, of: Sequence[Use], form: ClipInFile) -> str:
        """`clip_grad_norm_(w, 1.0)`, `clip_grad_value_([w, *model.parameters()], 1.0)`."""
        word, limit = ("norm", form.max_norm) if form.clip_value is None else ("value", form.clip_value)
        return f"clip_grad_{word}_({self._tensors(of, takes_iterator=True)}, {limit})"

    def set(self, pairs: Sequence[tuple[Use, Use]]) -> str:
        """`with torch.no_grad(): w -= 0.1*w.grad`. All values are read before the first is written."""
        targets, values = [target.expr for target, _ in pairs], [value.expr for _, value in pairs]
        if any(target in _read_in(value) for place, value in enumerate(values) for target in targets[:place]):
            new = in_brackets(f"{self._operand(value)}.clone()" for _, value in pairs)
            lines = [f"new = {new}", *(f"{to_text(target)}.copy_(new[{place}])" for place, target in enumerate(targets))]
        else:
            lines = [self._in_place(target.expr, value) for target, value in pairs]
        return f"with torch.no_grad(): {'; '.join(lines)}"

    def _in_place(self, target: Expr, use: Use) -> str:
        name, value = to_text(target), use.expr
        if isinstance(value, Binary) and value.left == target and value.operator in ("+", "-", "*", "/"):
            return f"{name} {value.operator}= {self._part(use, value.right)}"
        if _is_all_literals(value) and not isinstance(value, ListOf):
            return f"{name}.fill_({self.expression(use)})"
        return f"{name}.copy_({_tensor(value, self.expression(use))})"

    def _operand(self, use: Use) -> str:
        text = _tensor(use.expr, self.expression(use))
        return f"({text})" if isinstance(use.expr, Binary | Negative) and not _is_all_literals(use.expr) else text

    def _tensors(self, uses: Sequence[Use], *, takes_iterator: bool = False) -> str:
        """The tensors that a call is about: `w`, `model.parameters()`, `[w, *model.parameters()]`."""
        kinds = [self.scope.kind_of(use.expr) for use in uses]
        texts = [self.expression(use) for use in uses]
        texts = [f"{text}.parameters()" if kind == "module" else text for text, kind in zip(texts, kinds, strict=True)]
        stars = ["*" if kind in ("module", "parameters") else "" for kind in kinds]
        if len(uses) == 1 and (takes_iterator or not stars[0]):
            return texts[0]
        return in_brackets(star + text for star, text in zip(stars, texts, strict=True))

    def _part(self, use: Use, expr: Expr) -> str:
        """An expression below the one of `use`. A number that YAML has read has no place in its text."""
        written = self.source.written(use.path)
        if written is None or _is_literal(use.expr):
            return to_text(expr)
        start = expr.span.column
        return layers_as_indices(" ".join(written[start : start + expr.span.width].split()))


def reset_call(target: str, to_none: bool | None, *, has_zero_grad: bool) -> str:
    """The call that resets the gradient of a module or an optimizer (these have `zero_grad`), or of a tensor."""
    if has_zero_grad:
        return f"{target}.zero_grad({'' if to_none is None else f'set_to_none={to_none}'})"
    return f"{target}.grad = None" if to_none else f"{target}.grad.zero_()"


def _read_in(value: Expr) -> Iterator[Expr]:
    """What a value reads: of `w.grad` the gradient, not `w`."""
    yield value
    if not (isinstance(value, Attribute) and value.name == "grad"):
        for child in children(value):
            yield from _read_in(child)


def _tensor(expr: Expr, text: str) -> str:
    return f"torch.tensor({text})" if _is_all_literals(expr) else text


def _is_literal(expr: Expr) -> bool:
    return isinstance(expr, Number) or (isinstance(expr, Negative) and isinstance(expr.operand, Number))


def _is_all_literals(expr: Expr) -> bool:
    return all(map(_is_all_literals, expr.items)) if isinstance(expr, ListOf) else _is_literal(expr)
