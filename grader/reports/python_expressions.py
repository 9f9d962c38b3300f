"""Expressions of the exercise files as PyTorch spells them: `detach(x)` is `x.detach()`, `mse_loss(…)` is `F.mse_loss(…)`."""

from __future__ import annotations

from dataclasses import dataclass

from grader.expressions.functions import FUNCTIONS, MODULES, OPTIMIZERS, PYTHON_FUNCTIONS
from grader.expressions.tree import Attribute, Expr, FunctionCall, ListOf, Name, Number, Subscript, calls, names, transform, walk
from grader.expressions.write import to_text

_METHODS = frozenset({"detach", "clone", "sum", "mean"})
_FUNCTIONAL = frozenset(
    "softplus gelu silu leaky_relu linear embedding mse_loss l1_loss smooth_l1_loss huber_loss nll_loss cross_entropy "
    "binary_cross_entropy binary_cross_entropy_with_logits".split()
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one module spells things.

    `functional` is what torch.nn.functional goes by, `numbers` the names that are plain numbers, `lists` those that are
    Python lists of tensors.
    """

    functional: str = "F"
    numbers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()

    def text(self, expr: Expr) -> str:
        """The expression as Python."""
        return to_text(transform(expr, self._node))

    def is_number(self, expr: Expr) -> bool:
        """Is this worth a plain number, or a list of them, rather than a tensor?"""
        known = all(name.id in self.numbers for name in _measured(expr))
        return known and all(call.function == Name("len") for call in calls(expr))

    def is_list(self, expr: Expr) -> bool:
        """Is this a list of tensors, or something else that has them one after another?"""
        match expr:
            case ListOf() | FunctionCall(function=Attribute(name="parameters")):
                return True
            case Name(id=name):
                return name in self.lists
        return False

    def _node(self, node: Expr) -> Expr:
        match node:
            case FunctionCall(function=Name(id=name)) if name in PYTHON_FUNCTIONS:
                return FunctionCall(node.function, (*node.arguments, *(value for _, value in node.keywords)))
            case FunctionCall(function=Name(id=name)) if name in FUNCTIONS:
                return self._function(name, node)
            case FunctionCall(function=Name(id=name)) if name in OPTIMIZERS:
                return FunctionCall(_path(f"torch.optim.{name}"), node.arguments, node.keywords)
            case FunctionCall(function=Name(id=name)) if name in MODULES:
                return FunctionCall(_path(f"torch.nn.{name}"), node.arguments, node.keywords)
        return node

    def _function(self, name: str, call: FunctionCall) -> Expr:
        """What a function needs stands in front; what may be left out is said by its name."""
        signature = FUNCTIONS[name]
        given = dict(zip(signature.required + signature.optional, call.arguments, strict=False)) | dict(call.keywords)
        needed = tuple(given.pop(word) for word in signature.required)
        options = tuple(given.items())
        if name in _METHODS:
            return FunctionCall(Attribute(needed[0], name), (), options)
        if name == "grad":
            found = FunctionCall(_path("torch.autograd.grad"), needed, options)
            return found if self.is_list(needed[1]) else Subscript(found, Number(0))
        return FunctionCall(_path(f"{self.functional if name in _FUNCTIONAL else 'torch'}.{name}"), needed, options)


def uses_functional(expr: Expr) -> bool:
    """Does the expression call something of torch.nn.functional?"""
    return any(isinstance(call.function, Name) and call.function.id in _FUNCTIONAL for call in calls(expr))


def has_float(expr: Expr) -> bool:
    """Is a number with a point among the numbers of the expression?"""
    return any(isinstance(node, Number) and isinstance(node.value, float) for node in walk(expr))


def _measured(expr: Expr) -> list[Name]:
    """The names an expression mentions, but for those it only takes the length of."""
    lengths = [call for call in calls(expr) if call.function == Name("len")]
    inside = {id(node) for call in lengths for node in walk(call)}
    return [name for name in names(expr) if id(name) not in inside]


def _path(dotted: str) -> Expr:
    first, *rest = dotted.split(".")
    found: Expr = Name(first)
    for word in rest:
        found = Attribute(found, word)
    return found
