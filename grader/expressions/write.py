"""Writes an expression as Python source."""

from __future__ import annotations

from grader.expressions.tree import Attribute, Binary, Constant, Expr, FunctionCall, ListOf, Name, Negative, Number, Subscript

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}
_NEGATIVE, _ATOM = 3, 5


def to_text(expr: Expr) -> str:
    """Write an expression as Python; `parse(to_text(e)) == e`."""
    return _write(expr, 0)


def _write(expr: Expr, outer: int) -> str:
    match expr:
        case Number(value=value):
            return repr(value)
        case Constant(value=value):
            return repr(value)
        case Name(id=name):
            return name
        case ListOf(items=items):
            return f"[{', '.join(_write(item, 0) for item in items)}]"
        case Negative(operand=operand):
            return _bracket(f"-{_write(operand, _NEGATIVE)}", _NEGATIVE, outer)
        case Binary():
            return _write_binary(expr, outer)
        case Subscript(value=value, index=index):
            return f"{_write(value, _ATOM)}[{_write(index, 0)}]"
        case Attribute(value=Number() as number, name=name):
            return f"({_write(number, _ATOM)}).{name}"
        case Attribute(value=value, name=name):
            return f"{_write(value, _ATOM)}.{name}"
        case FunctionCall(function=function, arguments=arguments, keywords=keywords):
            inside = [_write(each, 0) for each in arguments] + [f"{word}={_write(each, 0)}" for word, each in keywords]
            return f"{_write(function, _ATOM)}({', '.join(inside)})"


def _write_binary(expr: Binary, outer: int) -> str:
    strength = _STRENGTH[expr.operator]
    power = expr.operator == "**"
    left = _write(expr.left, strength + (1 if power else 0))
    right = _write(expr.right, _NEGATIVE if power else strength + 1)
    gap = "" if power else " "
    return _bracket(f"{left}{gap}{expr.operator}{gap}{right}", strength, outer)


def _bracket(text: str, strength: int, outer: int) -> str:
    return f"({text})" if strength < outer else text
