"""The language of losses and constructors: a small part of Python, parsed once into a tree of these nodes.

Nothing is ever evaluated as Python source. `parse` accepts numbers, names, lists, `+ - * / ** @`, unary minus,
subscripts, `.grad`, a module's layers and parameters (`model.0.weight`, where `model.0` is `model[0]`), and calls.
Which names exist is for the caller to say: `names`, `calls` and `walk` list what an expression mentions.
"""

from __future__ import annotations

import ast
import difflib
import functools
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TypeAlias

MAX_LENGTH = 2000
MAX_DEPTH = 50


class ExpressionError(ValueError):
    """An expression that is not in the language. `column` counts from 0 in the text; `width` is what to underline."""

    def __init__(self, message: str, column: int = 0, width: int = 1, fix: str = "") -> None:
        super().__init__(message)
        self.message, self.column, self.width, self.fix = message, column, max(1, width), fix


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stands in its text (0-based column and length); no part of what the node means."""

    column: int = 0
    width: int = 1


_span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    value: int | float
    span: Span = _span


@dataclass(frozen=True, slots=True)
class Constant:
    """A word, True, False or None: only as a keyword argument, as in `reduction='sum'`."""

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
    """`left operator right`; the operator is one of `+ - * / ** @`."""

    operator: str
    left: Expr
    right: Expr
    span: Span = _span


@dataclass(frozen=True, slots=True)
class Subscript:
    """`value[index]`; for a module also its numbered layer (`model.0`)."""

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
    """A function of the table, or a module (or its layer) called on its input."""

    function: Expr
    arguments: tuple[Expr, ...]
    keywords: tuple[tuple[str, Expr], ...] = ()
    span: Span = _span


Expr: TypeAlias = Number | Constant | Name | ListOf | Negative | Binary | Subscript | Attribute | FunctionCall


@dataclass(frozen=True, slots=True)
class Signature:
    """How many arguments a function takes: `required` by position, then `optional`, each also by keyword."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    variadic: bool = False


def _signature(text: str) -> Signature:
    words = text.split()
    return Signature(
        tuple(word for word in words if not word.endswith(("?", "*"))),
        tuple(word[:-1] for word in words if word.endswith("?")),
        any(word.endswith("*") for word in words),
    )


# `word?` may be left out, `word*` may be repeated. The worker has the torch callable of each name but Python's three.
FUNCTIONS: Mapping[str, Signature] = {
    name: _signature(text)
    for name, text in {
        **dict.fromkeys(
            "exp log log2 log10 log1p expm1 sin cos tan asin acos atan sinh cosh tanh sigmoid relu sqrt rsqrt abs "
            "square neg sign softplus gelu silu detach clone erf".split(),
            "input",
        ),
        **dict.fromkeys("sum mean prod logsumexp".split(), "input dim? keepdim?"),
        **dict.fromkeys("amax amin".split(), "input dim? keepdim?"),
        **dict.fromkeys("var std".split(), "input dim? correction? keepdim?"),
        "norm": "input p? dim? keepdim?",
        **dict.fromkeys("softmax log_softmax".split(), "input dim"),
        **dict.fromkeys("cat stack".split(), "tensors dim?"),
        **dict.fromkeys("maximum minimum dot matmul outer mul add sub div pow".split(), "input other"),
        "clamp": "input min? max?",
        "where": "condition input other",
        "reshape": "input shape",
        "flatten": "input start_dim? end_dim?",
        "transpose": "input dim0 dim1",
        "zeros_like": "input",
        "ones_like": "input",
        "leaky_relu": "input negative_slope?",
        "linear": "input weight bias?",
        "embedding": "input weight",
        "mse_loss": "input target reduction?",
        "l1_loss": "input target reduction?",
        "smooth_l1_loss": "input target reduction? beta?",
        "huber_loss": "input target reduction? delta?",
        "nll_loss": "input target ignore_index? reduction?",
        "cross_entropy": "input target ignore_index? reduction? label_smoothing?",
        "binary_cross_entropy": "input target reduction?",
        "binary_cross_entropy_with_logits": "input target reduction?",
        "grad": "loss inputs create_graph? retain_graph? grad_outputs? allow_unused?",
        "len": "sequence",
        "range": "start stop? step?",
        "zip": "sequence*",
        "enumerate": "sequence",
    }.items()
}

PYTHON_FUNCTIONS = frozenset({"len", "range", "zip", "enumerate"})

# Classes of torch.nn and torch.optim that a spec may name. All are deterministic; the optimizers need no closure.
MODULES = frozenset(
    "Linear Bilinear Identity Sequential Flatten Embedding Conv1d Conv2d AvgPool1d AvgPool2d MaxPool1d MaxPool2d "
    "BatchNorm1d BatchNorm2d LayerNorm GroupNorm ReLU LeakyReLU ELU GELU SiLU Tanh Sigmoid Softplus Softmax LogSoftmax "
    "MSELoss L1Loss CrossEntropyLoss BCEWithLogitsLoss".split()
)
OPTIMIZERS = frozenset("SGD ASGD Adam AdamW Adamax NAdam RAdam Adagrad Adadelta RMSprop Rprop".split())

_OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}
_CURES: Mapping[type[ast.AST], str] = {
    ast.Compare: "comparisons are not part of the language",
    ast.Lambda: "functions cannot be defined here",
    ast.Tuple: "write a list: [a, b]",
    ast.Dict: "write a list: [a, b]",
    ast.Slice: "only single elements can be taken: X[0]",
    ast.JoinedStr: "words are only arguments, as in reduction='sum'",
    ast.IfExp: "conditions are not part of the language",
    ast.BoolOp: "conditions are not part of the language",
    ast.NamedExpr: "use a `let` step to name a value",
}
_LAYER_NUMBER = re.compile(r"(?<![\w.\]])([A-Za-z_]\w*(?:\.\w+|\[\d+\])*?)\.(\d+)(?![\w])")


@functools.lru_cache(1024)
def parse(text: str) -> Expr:
    """Read an expression. Raises ExpressionError with the column of what is wrong."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"this expression is longer than {MAX_LENGTH} characters", fix="split it with `let`")
    if not text.strip():
        raise ExpressionError("an expression is missing here")
    layers, unshift = _number_layers("".join(" " if each.isspace() else each for each in text))
    source = layers.lstrip()
    indent = len(layers) - len(source)

    def back(column: int) -> int:
        return unshift(column + indent)

    try:
        return _Reader(source, back).read(ast.parse(source, mode="eval").body, 0)
    except SyntaxError as error:
        raise _syntax_error(text, error, back) from None
    except (ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError("this is not an expression", width=len(text)) from None


def to_text(expr: Expr) -> str:
    """Write an expression as Python; `parse(to_text(e)) == e`."""
    return _write(expr, 0)


def walk(expr: Expr) -> Iterator[Expr]:
    """The node and all below it, in reading order."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def children(expr: Expr) -> Iterator[Expr]:
    """The nodes directly below this one, in reading order."""
    for each in fields(expr):
        yield from _children(getattr(expr, each.name))


def names(expr: Expr) -> Iterator[Name]:
    """Every name that the expression mentions, except the functions of the table that it calls."""
    called = {id(node.function) for node in calls(expr) if isinstance(node.function, Name) and node.function.id in FUNCTIONS}
    return (node for node in walk(expr) if isinstance(node, Name) and id(node) not in called)


def calls(expr: Expr) -> Iterator[FunctionCall]:
    """Every call in the expression."""
    return (node for node in walk(expr) if isinstance(node, FunctionCall))


def transform(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """A copy in which every node, from the leaves up, was passed through `change`."""
    new = {each.name: _map(getattr(expr, each.name), lambda child: transform(child, change)) for each in fields(expr)}
    return change(replace(expr, **new))  # type: ignore[arg-type]


def substitute(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """A copy in which each name of `values` is replaced by its expression."""
    return transform(expr, lambda node: values.get(node.id, node) if isinstance(node, Name) else node)


def dotted(expr: Expr) -> str | None:
    """The path of a name, layer or parameter as PyTorch writes it (`model.0.weight`); None for anything else."""
    match expr:
        case Name(id=name):
            return name
        case Attribute(value=value, name=name) if (path := dotted(value)) is not None:
            return f"{path}.{name}"
        case Subscript(value=value, index=Number(value=int(number))) if (path := dotted(value)) is not None:
            return f"{path}.{number}"
    return None


def nearest(word: str, known: Iterator[str] | frozenset[str] | list[str] | Mapping[str, object]) -> str:
    """`did you mean …?` for a misspelt word, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{found[0]}`?" if found else ""


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


def _number_layers(text: str) -> tuple[str, Callable[[int], int]]:
    """Rewrite `model.0` as `model[0]`; the second value maps a column of the new text back to the old one."""
    shifts: list[int] = []
    while (found := _LAYER_NUMBER.search(text)) is not None:
        text = f"{text[: found.end(1)]}[{found[2]}]{text[found.end() :]}"
        shifts.append(found.end() + 1)
    return text, lambda column: column - sum(column >= shift for shift in shifts)


def _syntax_error(text: str, error: SyntaxError, back: Callable[[int], int]) -> ExpressionError:
    last = len(text.rstrip()) - 1
    column = min(back(error.offset - 1), last) if error.offset else last
    if text.count("(") > text.count(")") or text.count("[") > text.count("]"):
        fix = "inside { } and [ ] YAML ends a value at a comma: put the whole expression in quotes"
        return ExpressionError("this expression ends before its bracket is closed", len(text) - 1, fix=fix)
    return ExpressionError("this is not an expression", column, fix="write it as in Python: mean((w*X - y)**2)")


@dataclass(frozen=True)
class _Reader:
    """Turns Python's syntax tree into ours and refuses whatever is not in the language."""

    text: str
    back: Callable[[int], int]

    def read(self, node: ast.AST, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise self.error(node, "this expression is nested too deeply", "split it with `let`")
        below = depth + 1
        span = self.span(node)
        match node:
            case ast.Constant(value=bool() | str() | None):
                raise self.error(
                    node, "a word stands here where a value is needed", "words are only arguments, as in reduction='sum'"
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
        raise self.error(node, "this is not part of the language of expressions", _CURES.get(type(node), ""))

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
                raise self.error(node, f"`{name}` takes no argument `{word}`", nearest(word, list(allowed)))
        given = set(allowed[: len(call.arguments)]) | {word for word, _ in call.keywords}
        missing = [word for word in signature.required if word not in given]
        if len(call.arguments) > len(allowed) or missing:
            form = ", ".join((*signature.required, *(f"{word}=…" for word in signature.optional)))
            raise self.error(node, f"`{name}` is called with the wrong arguments", f"its form is {name}({form})")

    def span(self, node: ast.AST) -> Span:
        first = self.characters(getattr(node, "col_offset", 0))
        start = self.back(first)
        end = self.back(self.characters(getattr(node, "end_col_offset", None) or first + 1))
        return Span(start, max(1, end - start))

    def characters(self, offset: int) -> int:
        """Python counts columns in bytes of UTF-8."""
        return len(self.text.encode()[:offset].decode(errors="ignore"))

    def error(self, node: ast.AST, message: str, fix: str = "") -> ExpressionError:
        span = self.span(node)
        return ExpressionError(message, span.column, span.width, fix)


_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}
_NEGATIVE, _ATOM = 3, 5


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
