"""Parses an expression.

The language has numbers, names, lists, `+ - * / ** @`, unary minus, subscripts, `.grad`, a module's layers and parameters
(`model.0.weight`, where `model.0` is `model[0]`), and calls.
"""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.errors import did_you_mean
from grader.expressions.functions import FUNCTIONS
from grader.expressions.tree import (
    Attribute,
    Binary,
    Constant,
    Expr,
    FunctionCall,
    ListOf,
    Name,
    Negative,
    Number,
    Span,
    Subscript,
)

MAX_LENGTH = 2000
MAX_DEPTH = 50


class ExpressionError(ValueError):
    """The text is not an expression of the language. `column` (from 0) and `width` are the part of the text to underline."""

    def __init__(self, message: str, column: int = 0, width: int = 1, fix: str = "") -> None:
        super().__init__(message)
        self.message, self.column, self.width, self.fix = message, column, max(1, width), fix


_OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}
_FIXES: Mapping[type[ast.AST], str] = {
    ast.BitXor: "write `**` for a power",
    ast.Compare: "comparisons are not supported",
    ast.Lambda: "you cannot define a function here",
    ast.Tuple: "write a list: [a, b]",
    ast.Dict: "write a list: [a, b]",
    ast.Slice: "take one element at a time: X[0]",
    ast.JoinedStr: "strings are only allowed as arguments, as in reduction='sum'",
    ast.IfExp: "conditions are not supported",
    ast.BoolOp: "conditions are not supported",
    ast.NamedExpr: "use a `let` step to name a value",
}
_LAYER_NUMBER = re.compile(r"(?<![\w.\]])([A-Za-z_]\w*(?:\.\w+|\[\d+\])*?)\.(\d+)(?![\w])")


@functools.lru_cache(2**13)  # an exercise with 1,000 leaves has several expressions for each of them
def parse(text: str) -> Expr:
    """Parse an expression. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"this expression is longer than {MAX_LENGTH} characters", fix="split it with a `let` step")
    if not text.strip():
        raise ExpressionError("an expression is missing here")
    layers, unshift = _number_layers("".join(" " if each.isspace() else each for each in text))
    source = layers.lstrip()
    indent = len(layers) - len(source)

    def back(column: int) -> int:
        return unshift(column + indent)

    try:
        return _ExpressionReader(source, back).read(ast.parse(source, mode="eval").body, 0)
    except SyntaxError as error:
        raise _syntax_error(text, error, back) from None
    except (ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError("this is not a valid expression", width=len(text)) from None


def layers_as_indices(text: str) -> str:
    """The text with each numbered layer in Python's syntax: `model.0(x)` becomes `model[0](x)`."""
    return _number_layers(text)[0]


def _number_layers(text: str) -> tuple[str, Callable[[int], int]]:
    """Rewrite `model.0` as `model[0]`. The second value maps a column of the new text to its column in the old text."""
    shifts: list[int] = []
    while (found := _LAYER_NUMBER.search(text)) is not None:
        text = f"{text[: found.end(1)]}[{found[2]}]{text[found.end() :]}"
        shifts.append(found.end() + 1)
    return text, lambda column: column - sum(column >= shift for shift in shifts) if shifts else column


def _syntax_error(text: str, error: SyntaxError, back: Callable[[int], int]) -> ExpressionError:
    last = len(text.rstrip()) - 1
    column = min(back(error.offset - 1), last) if error.offset else last
    if text.count("(") > text.count(")") or text.count("[") > text.count("]"):
        fix = "inside { } and [ ], YAML ends a value at a comma: put the whole expression in quotes"
        return ExpressionError("this bracket is never closed", len(text) - 1, fix=fix)
    return ExpressionError("this is not a valid expression", column, fix="write it as in Python: mean((w*X - y)**2)")


@dataclass(frozen=True)
class _ExpressionReader:
    """Converts Python's syntax tree to ours, and refuses everything that is not in the language."""

    text: str
    back: Callable[[int], int]

    def read(self, node: ast.AST, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise self.error(node, "this expression is nested too deeply", "split it with a `let` step")
        below = depth + 1
        span = self.span(node)
        match node:
            case ast.Constant(value=bool() | str() | None as word):
                raise self.error(
                    node, f"expected a value, found `{word!r}`", "it is only allowed as an argument, as in reduction='sum'"
                )
            case ast.Constant(value=int() | float() as number) if number <= sys.float_info.max:
                return Number(number, span)
            case ast.Constant(value=int() | float()):
                raise self.error(node, "this number is too large")
            case ast.Name(id=name):
                return Name(name, span)
            case ast.List(elts=items):
                return ListOf(tuple(self.read(item, below) for item in items), span)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.read(operand, below), span)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return Binary(_OPERATORS[type(operator)], self.read(left, below), self.read(right, below), span)
            case ast.Subscript(value=value, slice=index):
                return Subscript(self.read(value, below), self.read(index, below), span)
            case ast.Attribute(value=value, attr=name) if not name.startswith("_"):
                return Attribute(self.read(value, below), name, span)
            case ast.Call(func=function, args=arguments, keywords=keywords):
                return self.call(node, function, arguments, keywords, below)
        unsupported = node.op if isinstance(node, ast.BinOp) else node
        raise self.error(node, "this is not supported in expressions", _FIXES.get(type(unsupported), ""))

    def call(
        self, node: ast.AST, function: ast.AST, arguments: list[ast.expr], keywords: list[ast.keyword], depth: int
    ) -> FunctionCall:
        read = FunctionCall(
            self.read(function, depth),
            tuple(self.read(argument, depth) for argument in arguments),
            tuple((self.keyword(each), self.argument(each.value, depth)) for each in keywords),
            self.span(node),
        )
        if isinstance(read.function, Name) and read.function.id in FUNCTIONS:
            self.check_arguments(node, read.function.id, read)
        return read

    def keyword(self, keyword: ast.keyword) -> str:
        if keyword.arg is None:
            raise self.error(keyword.value, "arguments cannot be unpacked here")
        return keyword.arg

    def argument(self, node: ast.AST, depth: int) -> Expr:
        match node:
            case ast.Constant(value=bool() | str() | None as word):
                return Constant(word, self.span(node))
        return self.read(node, depth)

    def check_arguments(self, node: ast.AST, name: str, call: FunctionCall) -> None:
        signature = FUNCTIONS[name]
        if signature.variadic:
            return
        allowed = signature.required + signature.optional
        for word, _ in call.keywords:
            if word not in allowed:
                raise self.error(node, f"`{name}` has no argument `{word}`", did_you_mean(word, list(allowed)))
        given = set(allowed[: len(call.arguments)]) | {word for word, _ in call.keywords}
        missing = [word for word in signature.required if word not in given]
        if len(call.arguments) > len(allowed) or missing:
            form = ", ".join((*signature.required, *(f"{word}=…" for word in signature.optional)))
            raise self.error(node, f"`{name}` is called with the wrong arguments", f"write {name}({form})")

    def span(self, node: ast.AST) -> Span:
        first = self.characters(getattr(node, "col_offset", 0))
        start = self.back(first)
        end = self.back(self.characters(getattr(node, "end_col_offset", None) or first + 1))
        return Span(start, max(1, end - start))

    def characters(self, offset: int) -> int:
        """The column in characters; Python counts bytes of UTF-8."""
        return len(self.text.encode()[:offset].decode(errors="ignore"))

    def error(self, node: ast.AST, message: str, fix: str = "") -> ExpressionError:
        span = self.span(node)
        return ExpressionError(message, span.column, span.width, fix)
