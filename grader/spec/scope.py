"""The names of an exercise, and a check that an expression uses only these."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.errors import did_you_mean
from grader.expressions.functions import FUNCTIONS, MODULES
from grader.expressions.tree import Attribute, Expr, FunctionCall, Name, Negative, Number, Subscript, children, dotted
from grader.spec.expressions_in_file import Use
from grader.spec.places import KeyPath
from grader.spec.problems import Problems

NameKind: TypeAlias = Literal["leaf", "number", "tensor", "list", "module", "optimizer", "let", "loop"]

KIND_NAMES: Mapping[NameKind, str] = {
    "leaf": "a tensor",
    "number": "a number",
    "tensor": "data",
    "list": "a list",
    "module": "a module",
    "optimizer": "an optimizer",
    "let": "the name of a value",
    "loop": "a loop variable",
}


@dataclass(frozen=True)
class Scope:
    """The names that exist. `parameters`: the dotted names of the modules' parameters that have a value in the file.

    `excused`: names about which no errors are reported; None excuses every name.
    """

    kinds: Mapping[str, NameKind] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    excused: frozenset[str] | None = frozenset()

    def adding(self, name: str, kind: NameKind) -> Scope:
        """A copy with one more name."""
        return Scope({**self.kinds, name: kind}, self.parameters, self.excused)

    def is_excused(self, name: str) -> bool:
        return self.excused is None or name in self.excused

    def kind_of(self, expr: Expr) -> NameKind | Literal["parameter", "layer", "grad", "parameters"] | None:
        """The kind of thing that a path such as `model.0.weight` refers to; None for an expression that computes something.

        The kind of an element of a list is not known before the first run; here it counts as the name of a value.
        """
        match expr:
            case Name(id=name):
                return self.kinds.get(name)
            case FunctionCall(function=Attribute(value=value, name="parameters")) if self.kind_of(value) in ("module", "layer"):
                return "parameters"
            case Attribute(value=value, name="grad"):
                return "grad"
        path = dotted(expr)
        if path is None:
            return None
        root = self.kinds.get(path.partition(".")[0])
        if root == "module":
            return "parameter" if path in self.parameters else "layer"
        return "let" if root in ("list", "let") else None

    def in_module(self, expr: Expr) -> bool:
        """Can this be a module or a layer? An element of a list and a loop variable can."""
        match expr:
            case Name(id=name):
                return self.kinds.get(name) in ("module", "loop", "list")
            case Attribute(value=value) | Subscript(value=value):
                return self.in_module(value)
        return False


def check_new_name(problems: Problems, name: str, path: KeyPath, *, key: bool = True) -> bool:
    """Is this a valid new name? Reports a text that is not an identifier, and the name of a function."""
    if not name.isidentifier() or keyword.iskeyword(name):
        problems.add(path, f"`{name}` is not a valid name.", "use letters, digits and _, as for a variable in Python", key=key)
        return False
    if name in FUNCTIONS:
        problems.add(path, f"`{name}` is already the name of a function.", "choose another name", key=key)
        return False
    return True


def check_names(problems: Problems, scope: Scope, use: Use) -> None:
    """Report names that are not declared, and calls and attributes that are not in the language."""
    for part in use.parts:
        check_names(problems, scope, part)
    if not use.parts:
        _NameCheck(problems, scope, use).check(use.expr)


class _NameCheck:
    """Checks one expression against a scope. Every wrong name is reported with its own caret."""

    def __init__(self, problems: Problems, scope: Scope, use: Use) -> None:
        self.problems, self.scope, self.use = problems, scope, use

    def check(self, expr: Expr) -> None:
        match expr:
            case Name():
                self.check_name(expr)
            case FunctionCall():
                self.check_call(expr)
            case Attribute():
                self.check_attribute(expr)
            case Subscript(value=value, index=index):
                self.check(value)
                self.check_index(index)
            case _:
                for child in children(expr):
                    self.check(child)

    def check_name(self, name: Name) -> None:
        if name.id in self.scope.kinds or self.scope.is_excused(name.id):
            return
        if name.id in FUNCTIONS:
            self.report(name, f"`{name.id}` is a function.", f"call it: {name.id}(…)")
        else:
            self.report(name, f"`{name.id}` is not declared.", did_you_mean(name.id, list(self.scope.kinds)))

    def check_call(self, call: FunctionCall) -> None:
        for argument in (*call.arguments, *(value for _, value in call.keywords)):
            self.check(argument)
        match call.function:
            case Name(id=name):
                self.check_function(call.function, name)
            case Attribute(value=value, name="parameters") if self.scope.in_module(value):
                self.check(value)
            case Attribute(value=value, name=name) if not self.scope.in_module(call.function):
                fix = f"write {name}(…)" if name in FUNCTIONS else "write a function call, for example sum(x)"
                self.report(call.function, "methods are not supported.", fix)
            case Attribute() | Subscript():
                self.check(call.function)
            case _:
                self.report(call.function, "this cannot be called.")

    def check_function(self, node: Name, name: str) -> None:
        kind = self.scope.kinds.get(name)
        if name in FUNCTIONS or kind in ("module", "loop", "let") or (kind is None and self.scope.is_excused(name)):
            return
        if kind is not None:
            self.report(node, f"`{name}` is {KIND_NAMES[kind]} and cannot be called.")
        elif name in MODULES:
            self.report(node, f"`{name}` is a class of torch.nn.", "declare it under `modules`")
        else:
            self.report(node, f"there is no function `{name}`.", did_you_mean(name, [*FUNCTIONS, *self.scope.kinds]))

    def check_attribute(self, node: Attribute) -> None:
        if node.name == "grad" or self.scope.in_module(node.value) or self.is_undeclared(node.value):
            self.check(node.value)
        else:
            self.report(node, f"the attribute `.{node.name}` is not supported.", "the only attribute of a tensor is .grad")

    def check_index(self, index: Expr) -> None:
        match index:
            case Number(value=int()) | Negative(operand=Number(value=int())):
                return
            case Name(id=name) if self.scope.kinds.get(name) == "loop":
                return
            case Name(id=name) if name not in self.scope.kinds:
                self.check_name(index)
            case _:
                self.report(index, "an index must be an integer or a loop variable.")

    def is_undeclared(self, expr: Expr) -> bool:
        path = dotted(expr)
        return path is not None and path.partition(".")[0] not in self.scope.kinds

    def report(self, node: Expr, message: str, fix: str = "") -> None:
        self.problems.add(self.use.path, message, fix, key=self.use.key, span=node.span)
