"""What the functions of the expression language are worth, by their definition.

Each takes `NumberLibrary` first: the elementary functions of floats, or those of sympy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

from grader.check.oracles import dense
from grader.check.oracles.dense import Dense, Element, NotCovered, each, matmul, reduce, scalar, take, transpose


@dataclass(frozen=True, slots=True)
class NumberLibrary:
    """`library` has exp, log, sqrt … under their common names: Python's math, or sympy."""

    library: ModuleType
    maximum: Callable[[Element, Element], Element]
    absolute: Callable[[Element], Element]
    half: Element

    def apply(self, name: str, element: Element) -> Element:
        return getattr(self.library, name)(element)


FLOATS = NumberLibrary(math, max, abs, 0.5)

Function: TypeAlias = Callable[..., Dense]


def _power(x: Element, y: Element) -> Element:
    power = x**y
    if isinstance(power, complex):
        raise ValueError("the power of a negative number")
    return power


OPERATORS: Mapping[str, Function] = {
    "+": lambda n, a, b: each(lambda x, y: x + y, a, b),
    "-": lambda n, a, b: each(lambda x, y: x - y, a, b),
    "*": lambda n, a, b: each(lambda x, y: x * y, a, b),
    "/": lambda n, a, b: each(lambda x, y: x / y, a, b),
    "**": lambda n, a, b: each(_power, a, b),
    "@": lambda n, a, b: matmul(a, b),
}


def _plain(name: str) -> Function:
    return lambda n, input: each(lambda x: n.apply(name, x), input)


def _made(function: Callable[[NumberLibrary, Element], Element]) -> Function:
    return lambda n, input: each(lambda x: function(n, x), input)


def _sigmoid(n: NumberLibrary, x: Element) -> Element:
    return 1 / (1 + n.apply("exp", -x))


def _log_sigmoid(n: NumberLibrary, x: Element) -> Element:
    return -n.apply("log", 1 + n.apply("exp", -x))


def leaky_relu(n: NumberLibrary, input: Dense, negative_slope: float = 0.01) -> Dense:
    return each(lambda x: n.maximum(x, 0) - negative_slope * n.maximum(-x, 0), input)


def sum_(n: NumberLibrary, input: Dense, dim: Any = None, keepdim: bool = False) -> Dense:
    return reduce(sum, input, dim, keepdim)


def mean(n: NumberLibrary, input: Dense, dim: Any = None, keepdim: bool = False) -> Dense:
    return reduce(_mean, input, dim, keepdim)


def prod(n: NumberLibrary, input: Dense, dim: Any = None, keepdim: bool = False) -> Dense:
    return reduce(math.prod, input, dim, keepdim)


def amax(n: NumberLibrary, input: Dense, dim: Any = None, keepdim: bool = False) -> Dense:
    return reduce(lambda xs: _fold(n.maximum, xs), input, dim, keepdim)


def amin(n: NumberLibrary, input: Dense, dim: Any = None, keepdim: bool = False) -> Dense:
    return reduce(lambda xs: -_fold(n.maximum, [-x for x in xs]), input, dim, keepdim)


def var(n: NumberLibrary, input: Dense, dim: Any = None, correction: int = 1, keepdim: bool = False) -> Dense:
    return reduce(lambda xs: sum((x - _mean(xs)) ** 2 for x in xs) / (len(xs) - correction), input, dim, keepdim)


def std(n: NumberLibrary, input: Dense, dim: Any = None, correction: int = 1, keepdim: bool = False) -> Dense:
    return each(lambda x: n.apply("sqrt", x), var(n, input, dim, correction, keepdim))


def norm(n: NumberLibrary, input: Dense, p: Any = 2, dim: Any = None, keepdim: bool = False) -> Dense:
    if p == 1:
        return reduce(lambda xs: sum(n.absolute(x) for x in xs), input, dim, keepdim)
    if p != 2:
        raise NotCovered(f"the {p}-norm")
    return reduce(lambda xs: n.apply("sqrt", sum(x * x for x in xs)), input, dim, keepdim)


def logsumexp(n: NumberLibrary, input: Dense, dim: Any = None, keepdim: bool = False) -> Dense:
    return reduce(lambda xs: n.apply("log", sum(n.apply("exp", x) for x in xs)), input, dim, keepdim)


def softmax(n: NumberLibrary, input: Dense, dim: int) -> Dense:
    def shares(xs: list[Element]) -> list[Element]:
        powers = [n.apply("exp", x) for x in xs]
        return [power / sum(powers) for power in powers]

    return dense.along(shares, input, dim)


def log_softmax(n: NumberLibrary, input: Dense, dim: int) -> Dense:
    return each(lambda x: n.apply("log", x), softmax(n, input, dim))


def clamp(n: NumberLibrary, input: Dense, min: Any = None, max: Any = None) -> Dense:
    low = input if min is None else each(lambda x: n.maximum(x, min), input)
    return low if max is None else each(lambda x: -n.maximum(-x, -max), low)


def flatten(n: NumberLibrary, input: Dense, start_dim: int = 0, end_dim: int = -1) -> Dense:
    rank = len(input.shape)
    start, end = start_dim % max(rank, 1), end_dim % max(rank, 1)
    return dense.reshape(input, (*input.shape[:start], -1, *input.shape[end + 1 :]))


def linear(n: NumberLibrary, input: Dense, weight: Dense, bias: Dense | None = None) -> Dense:
    product = matmul(input, transpose(weight, 0, 1) if len(weight.shape) == 2 else weight)
    return product if bias is None else OPERATORS["+"](n, product, bias)


def embedding(n: NumberLibrary, input: Dense, weight: Dense) -> Dense:
    rows = [dense.row(weight, int(index)) for index in input.data]
    return Dense(input.shape + weight.shape[1:], tuple(element for row in rows for element in row.data))


def mse_loss(n: NumberLibrary, input: Dense, target: Dense, reduction: str = "mean") -> Dense:
    return _reduced(each(lambda x, y: (x - y) ** 2, input, target), reduction)


def l1_loss(n: NumberLibrary, input: Dense, target: Dense, reduction: str = "mean") -> Dense:
    return _reduced(each(lambda x, y: n.absolute(x - y), input, target), reduction)


def huber_loss(n: NumberLibrary, input: Dense, target: Dense, reduction: str = "mean", delta: float = 1.0) -> Dense:
    def loss(x: Element, y: Element) -> Element:
        distance = n.absolute(x - y)
        beyond = n.maximum(distance - delta, 0)
        return (distance - beyond) ** 2 / 2 + delta * beyond

    return _reduced(each(loss, input, target), reduction)


def smooth_l1_loss(n: NumberLibrary, input: Dense, target: Dense, reduction: str = "mean", beta: float = 1.0) -> Dense:
    return each(lambda x: x / beta, huber_loss(n, input, target, reduction, beta))


def nll_loss(n: NumberLibrary, input: Dense, target: Dense, ignore_index: int = -100, reduction: str = "mean") -> Dense:
    if len(input.shape) == 1:
        return scalar(-input.data[int(target.data[0])])
    if len(input.shape) != 2:
        raise NotCovered("classes of more than one row of predictions each")
    wanted = [(row, int(label)) for row, label in enumerate(target.data) if int(label) != ignore_index]
    if reduction == "none" and len(wanted) < target.size:
        raise NotCovered("labels that are ignored but not left out")
    losses = tuple(-take(input, index) for index in wanted)
    return _reduced(Dense((len(losses),), losses), reduction)


def cross_entropy(
    n: NumberLibrary,
    input: Dense,
    target: Dense,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Dense:
    if label_smoothing or (target.shape == input.shape and len(input.shape) > 1):
        raise NotCovered("labels that are probabilities")
    return nll_loss(n, log_softmax(n, input, -1), target, ignore_index, reduction)


def binary_cross_entropy(n: NumberLibrary, input: Dense, target: Dense, reduction: str = "mean") -> Dense:
    def loss(x: Element, y: Element) -> Element:
        return -(y * n.apply("log", x) + (1 - y) * n.apply("log", 1 - x))

    return _reduced(each(loss, input, target), reduction)


def binary_cross_entropy_with_logits(n: NumberLibrary, input: Dense, target: Dense, reduction: str = "mean") -> Dense:
    losses = each(lambda x, y: -(y * _log_sigmoid(n, x) + (1 - y) * _log_sigmoid(n, -x)), input, target)
    return _reduced(losses, reduction)


def _reduced(losses: Dense, reduction: str) -> Dense:
    if reduction == "none":
        return losses
    return reduce(_mean if reduction == "mean" else sum, losses)


def _mean(elements: list[Element]) -> Element:
    return sum(elements) / len(elements)


def _fold(function: Callable[[Element, Element], Element], elements: list[Element]) -> Element:
    result = elements[0]
    for element in elements[1:]:
        result = function(result, element)
    return result


TABLE: Mapping[str, Function] = {
    **{name: _plain(name) for name in "exp log sin cos tan asin acos atan sinh cosh tanh sqrt erf".split()},
    "log2": _made(lambda n, x: n.apply("log", x) / n.apply("log", 2)),
    "log10": _made(lambda n, x: n.apply("log", x) / n.apply("log", 10)),
    "log1p": _made(lambda n, x: n.apply("log", 1 + x)),
    "expm1": _made(lambda n, x: n.apply("exp", x) - 1),
    "rsqrt": _made(lambda n, x: 1 / n.apply("sqrt", x)),
    "sigmoid": _made(_sigmoid),
    "relu": _made(lambda n, x: n.maximum(x, 0)),
    "abs": _made(lambda n, x: n.absolute(x)),
    "square": _made(lambda n, x: x**2),
    "neg": _made(lambda n, x: -x),
    "softplus": _made(lambda n, x: n.apply("log", 1 + n.apply("exp", x))),
    "silu": _made(lambda n, x: x * _sigmoid(n, x)),
    "gelu": _made(lambda n, x: x * (1 + n.apply("erf", x / n.apply("sqrt", 2))) * n.half),
    "clone": _made(lambda n, x: x),
    "zeros_like": _made(lambda n, x: 0),
    "ones_like": _made(lambda n, x: 1),
    "sum": sum_,
    "mean": mean,
    "prod": prod,
    "amax": amax,
    "amin": amin,
    "var": var,
    "std": std,
    "norm": norm,
    "logsumexp": logsumexp,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "clamp": clamp,
    "leaky_relu": leaky_relu,
    "cat": lambda n, *tensors, dim=0: dense.cat(tensors, dim),
    "stack": lambda n, *tensors, dim=0: dense.stack(tensors, dim),
    "maximum": lambda n, a, b: each(n.maximum, a, b),
    "minimum": lambda n, a, b: each(lambda x, y: -n.maximum(-x, -y), a, b),
    "dot": OPERATORS["@"],
    "matmul": OPERATORS["@"],
    "outer": lambda n, a, b: Dense(a.shape + b.shape, tuple(x * y for x in a.data for y in b.data)),
    "mul": OPERATORS["*"],
    "add": OPERATORS["+"],
    "sub": OPERATORS["-"],
    "div": OPERATORS["/"],
    "pow": OPERATORS["**"],
    "reshape": lambda n, input, shape: dense.reshape(input, shape),
    "flatten": flatten,
    "transpose": lambda n, input, dim0, dim1: transpose(input, dim0, dim1),
    "linear": linear,
    "embedding": embedding,
    "mse_loss": mse_loss,
    "l1_loss": l1_loss,
    "smooth_l1_loss": smooth_l1_loss,
    "huber_loss": huber_loss,
    "nll_loss": nll_loss,
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
    "binary_cross_entropy_with_logits": binary_cross_entropy_with_logits,
}

# What keeps no tensor for its backward, so that going through it twice is no error.
KEEPS_NOTHING = frozenset("+ - neg add sub sum mean clone cat stack reshape flatten transpose [] zeros_like ones_like".split())
