"""Expressions of the exercise files in PyTorch's spelling: `detach(x)` becomes `x.detach()`, `mse_loss(…)` `F.mse_loss(…)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from grader.expressions.functions import FUNCTIONS, MODULES, OPTIMIZERS, PYTHON_FUNCTIONS
from grader.expressions.tree import Attribute, Expr, FunctionCall, ListOf, Name, Number, Subscript, calls, names, transform, walk
from grader.expressions.write import to_text
from grader.records.exercise import Action

_METHODS = frozenset({"detach", "clone", "sum", "mean"})
_FUNCTIONAL = frozenset(
    "softplus gelu silu leaky_relu linear embedding mse_loss l1_loss smooth_l1_loss huber_loss nll_loss cross_entropy "
    "binary_cross_entropy binary_cross_entropy_with_logits".split()
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one Python module spells expressions.

    `functional` is the module's name for torch.nn.functional, `numbers` are the names of plain numbers, `lists` the names of
    Python lists of tensors.
    """

    functional: str = "F"
    numbers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()

    def text(self, expr: Expr) -> str:
        """The expression as Python."""
        return to_text(transform(expr, self._spelled))

    def imports(self, used: Iterable[Expr]) -> list[str]:
        """The import lines of a module that uses these expressions."""
        needs_f = self.functional == "F" and any(map(_uses_functional, used))
        return ["import torch", *(["import torch.nn.functional as F"] if needs_f else [])]

    def is_number(self, expr: Expr) -> bool:
        """Is the value a plain number, or a list of plain numbers, and not a tensor?"""
        are_numbers = all(name.id in self.numbers for name in _names_outside_len(expr))
        return are_numbers and all(call.function == Name("len") for call in calls(expr))

    def is_list(self, expr: Expr) -> bool:
        """Is the value a list of tensors, or something else that can be unpacked into tensors?"""
        match expr:
            case ListOf() | FunctionCall(function=Attribute(name="parameters")):
                return True
            case Name(id=name):
                return name in self.lists
        return False

    def _spelled(self, node: Expr) -> Expr:
        match node:
            case FunctionCall(function=Name(id=name)) if name in PYTHON_FUNCTIONS:
                return FunctionCall(node.function, (*node.arguments, *(value for _, value in node.keywords)))
            case FunctionCall(function=Name(id=name)) if name in FUNCTIONS:
                return self._function(name, node)
            case FunctionCall(function=Name(id=name)) if name in OPTIMIZERS:
                return FunctionCall(_attribute_path(f"torch.optim.{name}"), node.arguments, node.keywords)
            case FunctionCall(function=Name(id=name)) if name in MODULES:
                return FunctionCall(_attribute_path(f"torch.nn.{name}"), node.arguments, node.keywords)
        return node

    def _function(self, name: str, call: FunctionCall) -> Expr:
        """Required arguments by position, optional ones by keyword."""
        signature = FUNCTIONS[name]
        given = dict(zip(signature.required + signature.optional, call.arguments, strict=False)) | dict(call.keywords)
        needed = tuple(given.pop(word) for word in signature.required)
        options = tuple(given.items())
        if name in _METHODS:
            return FunctionCall(Attribute(needed[0], name), (), options)
        if name == "grad":
            found = FunctionCall(_attribute_path("torch.autograd.grad"), needed, options)
            return found if self.is_list(needed[1]) else Subscript(found, Number(0))
        return FunctionCall(_attribute_path(f"{self.functional if name in _FUNCTIONAL else 'torch'}.{name}"), needed, options)


def expressions_of(value: object) -> Iterator[Expr]:
    """Every expression in an action, or in a sequence of actions."""
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, Action):
        for each in fields(value):
            yield from expressions_of(getattr(value, each.name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from expressions_of(item)


def _uses_functional(expr: Expr) -> bool:
    return any(isinstance(call.function, Name) and call.function.id in _FUNCTIONAL for call in calls(expr))


def has_float(expr: Expr) -> bool:
    """Does the expression contain a number with a decimal point?"""
    return any(isinstance(node, Number) and isinstance(node.value, float) for node in walk(expr))


def _names_outside_len(expr: Expr) -> list[Name]:
    """The names in an expression, except those inside `len(…)`."""
    lengths = [call for call in calls(expr) if call.function == Name("len")]
    inside = {id(node) for call in lengths for node in walk(call)}
    return [name for name in names(expr) if id(name) not in inside]


def _attribute_path(dotted: str) -> Expr:
    first, *rest = dotted.split(".")
    found: Expr = Name(first)
    for word in rest:
        found = Attribute(found, word)
    return found
