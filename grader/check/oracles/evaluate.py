"""Evaluates expressions for the ledger. Tensors become values that remember how they were computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grader.check.oracles.arrays import NotCovered, numbers_array
from grader.check.oracles.functions import OPERATORS, TABLE
from grader.check.oracles.graph import Gradient, OracleLeaf, OracleValue, apply, constant, element, read_leaf
from grader.check.oracles.world import Module, Thing
from grader.expressions.functions import FUNCTIONS
from grader.expressions.tree import Attribute, Binary, Constant, Expr, FunctionCall, ListOf, Name, Negative, Number, Subscript
from grader.expressions.write import to_text

_TENSORS = ("input", "other", "target", "weight", "bias", "tensors")

# torch.autograd.grad with these arguments, by name.
AutogradGrad = Callable[[dict[str, Any]], Thing]


class Evaluator:
    """Evaluates expressions with the current values of `names`; `autograd_grad` computes `grad(…)`."""

    def __init__(self, names: Mapping[str, Thing], autograd_grad: AutogradGrad) -> None:
        self.names, self.autograd_grad = names, autograd_grad

    def __call__(self, expr: Expr) -> Any:
        """A value, leaf, gradient, module, optimizer, number, list or None. Raises NotCovered."""
        match expr:
            case Number(value=value) | Constant(value=value):
                return value
            case Name(id=name):
                return self._value_of_name(name)
            case ListOf(items=items):
                return [self(item) for item in items]
            case Negative(operand=operand):
                return self._binary("*", -1, self(operand)) if is_tensor(self(operand)) else -self(operand)
            case Binary(operator=operator, left=left, right=right):
                return self._binary(operator, self(left), self(right))
            case Subscript(value=value, index=index):
                return self._subscript(self(value), self(index))
            case Attribute(value=value, name=name):
                return self._attribute(self(value), name)
            case FunctionCall(function=function):
                if isinstance(function, Name) and function.id in FUNCTIONS and function.id not in self.names:
                    return self._function(function.id, expr)
                return self._method(expr)

    def _value_of_name(self, name: str) -> Thing:
        if name not in self.names:
            raise NotCovered(f"the name {name}")
        return self.names[name]

    def _binary(self, operator: str, left: Any, right: Any) -> Any:
        if is_tensor(left) or is_tensor(right):
            return apply(operator, OPERATORS[operator], [as_value(left), as_value(right)], {})
        try:
            return {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right}.get(
                operator, lambda: left / right if operator == "/" else left**right
            )()
        except (TypeError, ArithmeticError) as error:
            raise NotCovered(f"{operator} of plain numbers: {error}") from None

    def _subscript(self, value: Any, index: Any) -> Any:
        if isinstance(value, Module):
            return value.layers[index]
        if is_tensor(value):
            return element(as_value(value), index)
        return value[index]

    def _attribute(self, value: Any, name: str) -> Any:
        if name == "grad" and isinstance(value, OracleLeaf | OracleValue):
            return value.grad
        if isinstance(value, Module) and name in value.own:
            return value.own[name]
        raise NotCovered(f"the attribute {name}")

    def _method(self, call: FunctionCall) -> Any:
        if isinstance(call.function, Attribute) and call.function.name == "parameters":
            module = self(call.function.value)
            if isinstance(module, Module):
                return module.parameters()
        module = self(call.function)
        if not isinstance(module, Module) or call.keywords:
            raise NotCovered(f"the call {to_text(call)}")
        return module(*(as_value(self(argument)) for argument in call.arguments))

    def _function(self, name: str, call: FunctionCall) -> Any:
        signature = FUNCTIONS[name]
        arguments = [self(argument) for argument in call.arguments]
        given = dict(zip(signature.required + signature.optional, arguments, strict=False))
        given |= {word: self(value) for word, value in call.keywords}
        if name in _PYTHON:
            return _PYTHON[name](*(arguments if signature.variadic else given.values()))
        if name == "grad":
            return self.autograd_grad(given)
        if name == "detach":
            return constant(as_value(given["input"]).numbers)
        if name not in TABLE:
            raise NotCovered(f"the function {name}")
        sources = [as_value(each) for word in _TENSORS if word in given for each in _as_list(given.pop(word))]
        return apply(name, TABLE[name], sources, given)


def is_tensor(thing: object) -> bool:
    return isinstance(thing, OracleValue | OracleLeaf | Gradient)


def as_value(thing: Any) -> OracleValue:
    """The thing as a tensor. A `.grad` has no graph: its present numbers count."""
    match thing:
        case OracleValue():
            return thing
        case OracleLeaf():
            return read_leaf(thing)
        case Gradient():
            return constant(thing.numbers)
        case int() | float():
            return constant(numbers_array(thing))
        case [*items]:
            return apply("stack", TABLE["stack"], [as_value(item) for item in items], {})
    raise NotCovered("None where a tensor is needed" if thing is None else "a calculation with something that is not a tensor")


def _as_list(thing: Any) -> list[Any]:
    if thing is None:
        return []
    return thing if isinstance(thing, list) else [thing]


def _length(thing: Any) -> int:
    return as_value(thing).numbers.shape[0] if is_tensor(thing) else len(thing)


_PYTHON: Mapping[str, Callable[..., Any]] = {
    "len": _length,
    "range": lambda *bounds: list(range(*bounds)),
    "zip": lambda *sequences: [list(items) for items in zip(*map(_items_of, sequences), strict=False)],
    "enumerate": lambda sequence: [[index, item] for index, item in enumerate(_items_of(sequence))],
}


def _items_of(sequence: Any) -> list[Any]:
    if is_tensor(sequence):
        value = as_value(sequence)
        return [element(value, index) for index in range(_length(value))]
    return list(sequence)
