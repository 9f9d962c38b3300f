"""Reads `function: solve(x, optimizer)`: the name of the student's function and its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.errors import did_you_mean
from grader.expressions.tree import Span
from grader.records.exercise import Kind
from grader.spec.problems import Problems
from grader.spec.prune import LEFT_OUT
from grader.spec.scope import Scope

_FUNCTION = re.compile(r"\s*(?P<name>\w+)\s*\((?P<parameters>[^()]*)\)\s*")
_PATH = ("function",)


def read_function(problems: Problems, text: str, kind: Kind, scope: Scope) -> tuple[str, tuple[str, ...]]:
    """The function's name and parameters. Each parameter must be declared; a `predict` exercise has none."""
    if text == LEFT_OUT:
        return "", ()
    found = _FUNCTION.fullmatch(text)
    if found is None or not found["name"].isidentifier():
        problems.add(_PATH, "expected a function with its parameters.", "for example solve(x, optimizer)")
        return "", ()
    parameters = tuple(name for name, _ in _parameters(found))
    if kind == "predict":
        if found["name"] != "predict" or parameters:
            problems.add(_PATH, "a `predict` exercise needs the function `predict()`.", "write predict()")
        return found["name"], parameters
    for position, (name, span) in enumerate(_parameters(found)):
        _check_parameter(problems, name, span, parameters[:position], scope)
    _check_modules(problems, found["name"], parameters, scope)
    return found["name"], parameters


def _parameters(found: re.Match[str]) -> Iterator[tuple[str, Span]]:
    column = found.start("parameters")
    if not found["parameters"].strip():
        return
    for part in found["parameters"].split(","):
        name = part.strip()
        indent = len(part) - len(part.lstrip()) if name else 0
        yield name, Span(column + indent, max(1, len(name)))
        column += len(part) + 1


def _check_parameter(problems: Problems, name: str, span: Span, before: tuple[str, ...], scope: Scope) -> None:
    if not name:
        problems.add(_PATH, "a parameter is missing here.", "write its name, or remove the comma", span=span)
    elif name in before:
        problems.add(_PATH, f"the parameter `{name}` is repeated.", span=span)
    elif name not in scope.kinds and not scope.is_excused(name):
        fix = did_you_mean(name, list(scope.kinds)) or "declare it under `tensors`, `data`, `modules` or `optimizers`"
        problems.add(_PATH, f"the parameter `{name}` is not declared.", fix, span=span)


def _check_modules(problems: Problems, function: str, parameters: tuple[str, ...], scope: Scope) -> None:
    for name, kind in scope.kinds.items():
        if kind == "module" and name not in parameters:
            fix = f"write {function}({', '.join((*parameters, name))})"
            problems.add(_PATH, f"the module `{name}` must be a parameter of the function.", fix)
