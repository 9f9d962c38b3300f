"""Expressions as they stand in a file: each is parsed, and what is wrong in one is shown with the caret inside the line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.expressions.parse import ExpressionError, parse
from grader.expressions.tree import Expr, ListOf, Negative, Number, Span
from grader.spec.places import KeyPath
from grader.spec.problems import Problems


@dataclass(frozen=True, slots=True)
class Use:
    """An expression and where it is written; `key`: it is the key of a mapping; `parts`: of a YAML list, each by itself."""

    expr: Expr
    path: KeyPath
    key: bool = False
    parts: tuple[Use, ...] = ()


def read_expression(problems: Problems, value: object, path: KeyPath, *, key: bool = False) -> Use | None:
    """The expression that a scalar or a YAML list of scalars says; None if it is wrong, which is then reported."""
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
    """The expressions of a list, or the one of a scalar; wrong ones are reported and left out."""
    if isinstance(value, list):
        if not value:
            problems.add(path, "this list is empty.", "name something in it")
        uses = [read_expression(problems, item, (*path, index)) for index, item in enumerate(value)]
        return tuple(use for use in uses if use)
    use = read_expression(problems, value, path)
    if use is None:
        return ()
    if isinstance(use.expr, ListOf):
        return tuple(Use(item, path) for item in use.expr.items)
    return (use,)


def number_expression(value: int | float) -> Expr:
    """A number as an expression; the sign of a negative one is a node of its own, as in Python."""
    return Negative(Number(-value)) if value < 0 else Number(value)
