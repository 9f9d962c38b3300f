"""Parses the expressions of a file; an error is reported with a caret below the wrong part of the line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.expressions.parse import ExpressionError, parse
from grader.expressions.tree import Expr, ListOf, Negative, Number, Span
from grader.spec.places import KeyPath
from grader.spec.problems import Problems


@dataclass(frozen=True, slots=True)
class Use:
    """An expression and its place in the file. `key`: it is the key of a mapping. `parts`: the expressions of a YAML list."""

    expr: Expr
    path: KeyPath
    key: bool = False
    parts: tuple[Use, ...] = ()


def read_expression(problems: Problems, value: object, path: KeyPath, *, key: bool = False) -> Use | None:
    """The expression of a scalar, or of a YAML list of scalars. A wrong one is reported; the result is None."""
    if isinstance(value, list):
        items = [read_expression(problems, item, (*path, index)) for index, item in enumerate(value)]
        parts = tuple(item for item in items if item)
        return Use(ListOf(tuple(part.expr for part in parts)), path, parts=parts) if len(parts) == len(items) else None
    if isinstance(value, int | float):
        if not math.isfinite(value):
            problems.add(path, "a number in an expression must be finite.")
            return None
        return Use(number_expression(value), path)
    try:
        return Use(parse(str(value)), path, key)
    except ExpressionError as error:
        span = Span(error.column, error.width)
        problems.add(path, f"{error.message}.", error.fix, key=key, span=span)
        return None


def read_each(problems: Problems, value: object, path: KeyPath) -> tuple[Use, ...]:
    """The expressions of a list, or the one expression of a scalar. Wrong ones are reported and left out."""
    if isinstance(value, list):
        if not value:
            problems.add(path, "this list is empty.", "write at least one name")
        uses = [read_expression(problems, item, (*path, index)) for index, item in enumerate(value)]
        return tuple(use for use in uses if use)
    use = read_expression(problems, value, path)
    if use is None:
        return ()
    if isinstance(use.expr, ListOf):
        return tuple(Use(item, path) for item in use.expr.items)
    return (use,)


def number_expression(value: int | float) -> Expr:
    """A number as an expression. The minus sign is a node of its own, as in Python."""
    return Negative(Number(-value)) if value < 0 else Number(value)
