"""The derivative of a scalar loss, written out: `d(x**3)/dx = 3·x² = 12 at x = 2`.

sympy loads slowly, so it is imported only when a student's loss is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.expressions.tree import Binary, Expr, FunctionCall, Name, Negative, Number, calls, names
from grader.expressions.write import to_text
from grader.records.exercise import Exercise
from grader.records.trace import State

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_POWER = re.compile(r"\*\*(\d+)")
_OF_ONE_NUMBER = ("sum", "mean")  # a single number is its own sum and mean
_FUNCTIONS = ("exp", "log", "sin", "cos", "tan", "tanh", "sqrt")


def derivative(loss: Expr, leaf: str, state: State, exercise: Exercise) -> str | None:
    """The derivative of a loss by a leaf, with its value; None unless every name in the loss is a single number.

    `state` has the values of the leaves before the call of backward.
    """
    values = _values_of_names(loss, state, exercise)
    if values is None or leaf not in values or leaf not in {name.id for name in names(loss)}:
        return None
    import sympy

    symbols = {name: sympy.Symbol(name, real=True) for name in values}
    written = _symbolic(loss, symbols, sympy)
    if written is None:
        return None
    by_leaf = sympy.diff(written, symbols[leaf])
    number = by_leaf.subs({symbols[name]: value for name, value in values.items()})
    left = {symbol.name for symbol in by_leaf.free_symbols}
    place = ", ".join(f"{name} = {value:g}" for name, value in values.items() if name in left)
    formula = f"d({to_text(loss)})/d{leaf} = {_readable(by_leaf)}"
    return f"{formula} = {float(number):.6g} at {place}" if left else formula


def _values_of_names(loss: Expr, state: State, exercise: Exercise) -> Mapping[str, float] | None:
    """The value of every name in the loss; None if one of them is not a single number."""
    values: dict[str, float] = {}
    functions = {to_text(call.function) for call in calls(loss)}
    for name in dict.fromkeys(each.id for each in names(loss)):
        if name in functions:
            continue
        number = _value_of_name(name, state, exercise)
        if number is None:
            return None
        values[name] = number
    return values


def _value_of_name(name: str, state: State, exercise: Exercise) -> float | None:
    if name in state and len(state[name].value.data) == 1:
        return state[name].value.data[0]
    data = exercise.setup.data.get(name)
    return float(data.value) if data is not None and isinstance(data.value, int | float) else None


def _symbolic(expr: Expr, symbols: Mapping[str, Any], sympy: Any) -> Any:
    """The expression in sympy; None if a part of it is not supported."""
    match expr:
        case Number(value=value):
            return sympy.nsimplify(value)
        case Name(id=name):
            return symbols[name]
        case Negative(operand=operand):
            inner = _symbolic(operand, symbols, sympy)
            return None if inner is None else -inner
        case Binary(operator=operator, left=left, right=right):
            return _binary(operator, _symbolic(left, symbols, sympy), _symbolic(right, symbols, sympy))
        case FunctionCall(function=Name(id=function), arguments=(argument,), keywords=()):
            inner = _symbolic(argument, symbols, sympy)
            if inner is None or function in _OF_ONE_NUMBER:
                return inner
            return getattr(sympy, function)(inner) if function in _FUNCTIONS else None
    return None


def _binary(operator: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case "**":
            return left**right
    return None


def _readable(expression: Any) -> str:
    return _POWER.sub(lambda power: power.group(1).translate(_SUPERSCRIPTS), str(expression)).replace("*", "·")
