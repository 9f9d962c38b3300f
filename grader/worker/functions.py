"""The torch function for each name of the expression language, and the evaluation of expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.nn import functional

from grader.errors import did_you_mean
from grader.expressions.functions import FUNCTIONS
from grader.expressions.tree import Attribute, Binary, Constant, Expr, FunctionCall, ListOf, Name, Negative, Number, Subscript


class UnknownName(NameError):
    """An expression uses a name that is not declared."""


def grad(loss: Any, inputs: Any, **options: Any) -> Any:
    """torch.autograd.grad, without the tuple when `inputs` is a single tensor."""
    found = torch.autograd.grad(loss, inputs, **options)
    return found[0] if isinstance(inputs, torch.Tensor) else found


_IN_TORCH = (
    "exp log log2 log10 log1p expm1 sin cos tan asin acos atan sinh cosh tanh sigmoid relu sqrt rsqrt abs square neg sign "
    "detach clone erf sum mean prod logsumexp amax amin var std norm softmax log_softmax cat stack maximum minimum dot "
    "matmul outer mul add sub div pow clamp where reshape flatten transpose zeros_like ones_like"
).split()
_IN_FUNCTIONAL = (
    "softplus gelu silu leaky_relu linear embedding mse_loss l1_loss smooth_l1_loss huber_loss nll_loss cross_entropy "
    "binary_cross_entropy binary_cross_entropy_with_logits"
).split()

TABLE: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(torch, name) for name in _IN_TORCH},
    **{name: getattr(functional, name) for name in _IN_FUNCTIONAL},
    "embedding": lambda input, weight: functional.embedding(input, weight),
    "grad": grad,
    "len": len,
    "range": range,
    "zip": zip,
    "enumerate": enumerate,
}

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "@": operator.matmul,
}


def evaluate(expr: Expr, names: Mapping[str, Any]) -> Any:
    """The value of an expression. Raises UnknownName, or whatever torch raises."""
    match expr:
        case Number(value=number):
            return number
        case Constant(value=word):
            return word
        case Name(id=name):
            return _look_up(name, names)
        case ListOf(items=items):
            return [evaluate(item, names) for item in items]
        case Negative(operand=operand):
            return -evaluate(operand, names)
        case Binary(operator=sign, left=left, right=right):
            return _OPERATORS[sign](evaluate(left, names), evaluate(right, names))
        case Subscript(value=value, index=index):
            return evaluate(value, names)[evaluate(index, names)]
        case Attribute(value=value, name=name):
            return getattr(evaluate(value, names), name)
        case FunctionCall():
            return _call(expr, names)


def _look_up(name: str, names: Mapping[str, Any]) -> Any:
    if name not in names:
        raise UnknownName(f"`{name}` is not declared. {did_you_mean(name, list(names))}".strip())
    return names[name]


def _call(call: FunctionCall, names: Mapping[str, Any]) -> Any:
    arguments = [evaluate(argument, names) for argument in call.arguments]
    keywords = {word: evaluate(value, names) for word, value in call.keywords}
    if isinstance(call.function, Name) and call.function.id in TABLE:
        return _call_of_table(call.function.id, arguments, keywords)
    return evaluate(call.function, names)(*arguments, **keywords)


def _call_of_table(name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    signature = FUNCTIONS[name]
    if signature.variadic:
        return TABLE[name](*arguments)
    if name in ("range", "enumerate", "len"):
        return TABLE[name](*arguments, *keywords.values())
    given = dict(zip(signature.required + signature.optional, arguments, strict=False)) | keywords
    positional = [given.pop(word) for word in signature.required]
    return TABLE[name](*positional, **given)
