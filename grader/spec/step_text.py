"""How people know a step: its author's words, arranged as PyTorch's calls."""

from __future__ import annotations

from typing import Any

from grader.expressions.write import to_text
from grader.spec.expressions_in_file import Use
from grader.spec.file import BackwardInFile, ClipInFile, StepInFile, ZeroInFile
from grader.spec.places import KeyPath, SourceFile
from grader.spec.scope import Scope


def written_text(source: SourceFile, value: Any, path: KeyPath) -> str:
    """An expression as written, on one line; a YAML list in Python's brackets."""
    if isinstance(value, list):
        return f"[{', '.join(written_text(source, item, (*path, index)) for index, item in enumerate(value))}]"
    return " ".join((source.written(path) or str(value)).split())


def backward_text(source: SourceFile, value: Any, path: KeyPath) -> str:
    """`x**2 .backward()`, with the arguments that the file gives."""
    if not isinstance(value, BackwardInFile):
        return f"{written_text(source, value, path)} .backward()"
    arguments = []
    if value.gradient is not None:
        arguments.append(f"gradient={written_text(source, value.gradient, (*path, 'gradient'))}")
    arguments += [f"{word}=True" for word in ("retain_graph", "create_graph") if getattr(value, word)]
    if value.inputs is not None:
        arguments.append(f"inputs={written_text(source, value.inputs, (*path, 'inputs'))}")
    return f"{written_text(source, value.of, (*path, 'of'))} .backward({', '.join(arguments)})"


def zero_text(scope: Scope, value: Any, uses: tuple[Use, ...]) -> str:
    """`x.grad.zero_()`, `x.grad = None`, `optimizer.zero_grad()`; several joined by semicolons."""
    to_none = value.set_to_none if isinstance(value, ZeroInFile) else None
    return "; ".join(_zero_one(scope, use, to_none) for use in uses)


def _zero_one(scope: Scope, use: Use, to_none: bool | None) -> str:
    name = to_text(use.expr)
    if scope.kind_of(use.expr) in ("module", "layer", "optimizer"):
        return f"{name}.zero_grad({'' if to_none is None else f'set_to_none={to_none}'})"
    return f"{name}.grad = None" if to_none else f"{name}.grad.zero_()"


def clip_text(source: SourceFile, value: ClipInFile, path: KeyPath) -> str:
    """`clip_grad_norm_(w, 1.0)` or `clip_grad_value_(w, 1.0)`."""
    word, key = ("norm", "max_norm") if value.clip_value is None else ("value", "clip_value")
    limit = written_text(source, getattr(value, key), (*path, key))
    return f"clip_grad_{word}_({written_text(source, value.of, (*path, 'of'))}, {limit})"


def named_text(source: SourceFile, verb: str, form: StepInFile, path: KeyPath) -> str:
    """The text of a verb whose value is a mapping of names: `set`, `let` and `requires_grad`."""
    if verb == "requires_grad":
        return "; ".join(f"{name}.requires_grad_({on})" for name, on in (form.requires_grad or {}).items())
    pairs = (form.set_ if verb == "set" else form.let) or {}
    ending = " in place" if verb == "set" else ""
    return "; ".join(f"{name} = {written_text(source, value, (*path, name))}{ending}" for name, value in pairs.items())
