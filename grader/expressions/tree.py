"""The nodes of an expression, and functions that walk and rewrite them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TypeAlias

from grader.expressions.functions import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Span:
    """The place of a node in its text: column (from 0) and length. It is not compared."""

    column: int = 0
    width: int = 1


_span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    value: int | float
    span: Span = _span


@dataclass(frozen=True, slots=True)
class Constant:
    """A string, True, False or None. It can only be a keyword argument, as in `reduction='sum'`."""

    value: str | bool | None
    span: Span = _span


@dataclass(frozen=True, slots=True)
class Name:
    id: str
    span: Span = _span


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Expr, ...]
    span: Span = _span


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Expr
    span: Span = _span


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`, where the operator is one of `+ - * / ** @`."""

    operator: str
    left: Expr
    right: Expr
    span: Span = _span


@dataclass(frozen=True, slots=True)
class Subscript:
    """`value[index]`, or a numbered layer of a module (`model.0`)."""

    value: Expr
    index: Expr
    span: Span = _span


@dataclass(frozen=True, slots=True)
class Attribute:
    """`.grad`, a layer, a parameter, or the `parameters` of `model.parameters()`."""

    value: Expr
    name: str
    span: Span = _span


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of a function of the table, or of a module or a layer on its input."""

    function: Expr
    arguments: tuple[Expr, ...]
    keywords: tuple[tuple[str, Expr], ...] = ()
    span: Span = _span


Expr: TypeAlias = Number | Constant | Name | ListOf | Negative | Binary | Subscript | Attribute | FunctionCall


def walk(expr: Expr) -> Iterator[Expr]:
    """The node and all nodes below it, in reading order."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def children(expr: Expr) -> Iterator[Expr]:
    """The nodes directly below this one, in reading order."""
    for each in fields(expr):
        yield from _children(getattr(expr, each.name))


def names(expr: Expr) -> Iterator[Name]:
    """Every name in the expression, except the names of called functions of the table."""
    called = {id(node.function) for node in calls(expr) if isinstance(node.function, Name) and node.function.id in FUNCTIONS}
    return (node for node in walk(expr) if isinstance(node, Name) and id(node) not in called)


def calls(expr: Expr) -> Iterator[FunctionCall]:
    """Every call in the expression."""
    return (node for node in walk(expr) if isinstance(node, FunctionCall))


def transform(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """A copy in which `change` was applied to every node, from the leaves up."""
    new = {each.name: _map(getattr(expr, each.name), lambda child: transform(child, change)) for each in fields(expr)}
    return change(replace(expr, **new))  # type: ignore[arg-type]


def substitute(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """A copy in which each name of `values` is replaced by its expression."""
    return transform(expr, lambda node: values.get(node.id, node) if isinstance(node, Name) else node)


def dotted(expr: Expr) -> str | None:
    """The path of a name, a layer or a parameter as PyTorch writes it (`model.0.weight`); None for any other expression."""
    match expr:
        case Name(id=name):
            return name
        case Attribute(value=value, name=name) if (path := dotted(value)) is not None:
            return f"{path}.{name}"
        case Subscript(value=value, index=Number(value=int(number))) if (path := dotted(value)) is not None:
            return f"{path}.{number}"
    return None


def _children(value: object) -> Iterator[Expr]:
    if isinstance(value, Number | Constant | Name | ListOf | Negative | Binary | Subscript | Attribute | FunctionCall):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _children(item)


def _map(value: object, change: Callable[[Expr], Expr]) -> object:
    if isinstance(value, Number | Constant | Name | ListOf | Negative | Binary | Subscript | Attribute | FunctionCall):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_map(item, change) for item in value)
    return value
