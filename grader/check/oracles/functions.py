"""The functions of the expression language, computed by their definitions.

Each takes a `NumberLibrary` first: the elementary functions of floats, or those of sympy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from grader.check.oracles.arrays import Array, Element, NotCovered, as_array, elementwise, matmul


@dataclass(frozen=True, slots=True)
class NumberLibrary:
    """`library` has exp, log, sqrt … under their usual names: Python's math, or sympy."""

    library: ModuleType
    maximum: Callable[[Element, Element], Element]
    absolute: Callable[[Element], Element]
    half: Element

    def apply(self, name: str, element: Element) -> Element:
        return getattr(self.library, name)(element)


FLOATS = NumberLibrary(math, max, abs, 0.5)

Function: TypeAlias = Callable[..., Array]


def _power(x: Element, y: Element) -> Element:
    power = x**y
    if isinstance(power, complex):
        raise ValueError("the power of a negative number")
    return power


OPERATORS: Mapping[str, Function] = {
    "+": lambda n, a, b: a + b,
    "-": lambda n, a, b: a - b,
    "*": lambda n, a, b: a * b,
    "/": lambda n, a, b: a / b,
    "**": lambda n, a, b: elementwise(_power, a, b),
    "@": lambda n, a, b: matmul(a, b),
}


def _elementary(name: str) -> Function:
    return lambda n, input: elementwise(getattr(n.library, name), input)


def _by_definition(function: Callable[[NumberLibrary, Element], Element]) -> Function:
    return lambda n, input: elementwise(lambda x: function(n, x), input)


def _sigmoid(n: NumberLibrary, x: Element) -> Element:
    return 1 / (1 + n.apply("exp", -x))


def _log_sigmoid(n: NumberLibrary, x: Element) -> Element:
    return -n.apply("log", 1 + n.apply("exp", -x))


def leaky_relu(n: NumberLibrary, input: Array, negative_slope: float = 0.01) -> Array:
    return elementwise(lambda x: n.maximum(x, 0) - negative_slope * n.maximum(-x, 0), input)


def sum_(n: NumberLibrary, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
    return as_array(np.sum(input, axis=_axis(dim), keepdims=keepdim))


def mean(n: NumberLibrary, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
    total = sum_(n, input, dim, keepdim)
    return as_array(total / (input.size // total.size))


def prod(n: NumberLibrary, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
    return as_array(np.prod(input, axis=_axis(dim), keepdims=keepdim))


def amax(n: NumberLibrary, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
    maximum = np.frompyfunc(n.maximum, 2, 1, identity=None)  # without `identity` NumPy reduces one dimension at most
    return as_array(maximum.reduce(input, axis=_axis(dim), keepdims=keepdim))


def amin(n: NumberLibrary, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
    return as_array(-amax(n, -input, dim, keepdim))


def var(n: NumberLibrary, input: Array, dim: Any = None, correction: int = 1, keepdim: bool = False) -> Array:
    squares = sum_(n, as_array((input - mean(n, input, dim, keepdim=True)) ** 2), dim, keepdim)
    return as_array(squares / (input.size // squares.size - correction))


def std(n: NumberLibrary, input: Array, dim: Any = None, correction: int = 1, keepdim: bool = False) -> Array:
    return _elementary("sqrt")(n, var(n, input, dim, correction, keepdim))


def norm(n: NumberLibrary, input: Array, p: Any = 2, dim: Any = None, keepdim: bool = False) -> Array:
    if p == 1:
        return sum_(n, elementwise(n.absolute, input), dim, keepdim)
    if p != 2:
        raise NotCovered(f"the {p}-norm")
    return _elementary("sqrt")(n, sum_(n, input * input, dim, keepdim))


def logsumexp(n: NumberLibrary, input: Array, dim: Any = None, keepdim: bool = False) -> Array:
    return _elementary("log")(n, sum_(n, _elementary("exp")(n, input), dim, keepdim))


def softmax(n: NumberLibrary, input: Array, dim: int) -> Array:
    powers = _elementary("exp")(n, input)
    return as_array(powers / sum_(n, powers, dim, keepdim=True))


def log_softmax(n: NumberLibrary, input: Array, dim: int) -> Array:
    return _elementary("log")(n, softmax(n, input, dim))


def clamp(n: NumberLibrary, input: Array, min: Any = None, max: Any = None) -> Array:
    low = input if min is None else elementwise(lambda x: n.maximum(x, min), input)
    return low if max is None else elementwise(lambda x: -n.maximum(-x, -max), low)


def flatten(n: NumberLibrary, input: Array, start_dim: int = 0, end_dim: int = -1) -> Array:
    rank = max(input.ndim, 1)
    return input.reshape(*input.shape[: start_dim % rank], -1, *input.shape[end_dim % rank + 1 :])


def linear(n: NumberLibrary, input: Array, weight: Array, bias: Array | None = None) -> Array:
    product = matmul(input, weight.T)
    return product if bias is None else as_array(product + bias)


def embedding(n: NumberLibrary, input: Array, weight: Array) -> Array:
    return as_array(weight[input.astype(int)])


def mse_loss(n: NumberLibrary, input: Array, target: Array, reduction: str = "mean") -> Array:
    return _reduced(elementwise(lambda x, y: (x - y) ** 2, input, target), reduction)


def l1_loss(n: NumberLibrary, input: Array, target: Array, reduction: str = "mean") -> Array:
    return _reduced(elementwise(lambda x, y: n.absolute(x - y), input, target), reduction)


def huber_loss(n: NumberLibrary, input: Array, target: Array, reduction: str = "mean", delta: float = 1.0) -> Array:
    def loss(x: Element, y: Element) -> Element:
        distance = n.absolute(x - y)
        beyond = n.maximum(distance - delta, 0)
        return (distance - beyond) ** 2 / 2 + delta * beyond

    return _reduced(elementwise(loss, input, target), reduction)


def smooth_l1_loss(n: NumberLibrary, input: Array, target: Array, reduction: str = "mean", beta: float = 1.0) -> Array:
    return elementwise(lambda x: x / beta, huber_loss(n, input, target, reduction, beta))


def nll_loss(n: NumberLibrary, input: Array, target: Array, ignore_index: int = -100, reduction: str = "mean") -> Array:
    labels = target.astype(int)
    if input.ndim == 1:
        return as_array(-input[labels])
    if input.ndim != 2:
        raise NotCovered("a loss of classes over more than two dimensions")
    counted = labels != ignore_index
    if reduction == "none" and not counted.all():
        raise NotCovered("ignored labels with reduction='none'")
    return _reduced(-input[np.flatnonzero(counted), labels[counted]], reduction)


def cross_entropy(
    n: NumberLibrary, input: Array, target: Array, ignore_index: int = -100, reduction: str = "mean", label_smoothing: float = 0.0
) -> Array:
    if label_smoothing or (target.shape == input.shape and input.ndim > 1):
        raise NotCovered("labels that are probabilities")
    return nll_loss(n, log_softmax(n, input, -1), target, ignore_index, reduction)


def binary_cross_entropy(n: NumberLibrary, input: Array, target: Array, reduction: str = "mean") -> Array:
    def loss(x: Element, y: Element) -> Element:
        return -(y * n.apply("log", x) + (1 - y) * n.apply("log", 1 - x))

    return _reduced(elementwise(loss, input, target), reduction)


def binary_cross_entropy_with_logits(n: NumberLibrary, input: Array, target: Array, reduction: str = "mean") -> Array:
    losses = elementwise(lambda x, y: -(y * _log_sigmoid(n, x) + (1 - y) * _log_sigmoid(n, -x)), input, target)
    return _reduced(losses, reduction)


def _reduced(losses: Array, reduction: str) -> Array:
    if reduction == "none":
        return losses
    return as_array(losses.sum() / losses.size if reduction == "mean" else losses.sum())


def _axis(dim: Any) -> Any:
    """PyTorch takes a list of dimensions, NumPy a tuple."""
    return tuple(dim) if isinstance(dim, list) else dim


TABLE: Mapping[str, Function] = {
    **{name: _elementary(name) for name in "exp log sin cos tan asin acos atan sinh cosh tanh sqrt erf".split()},
    "log2": _by_definition(lambda n, x: n.apply("log", x) / n.apply("log", 2)),
    "log10": _by_definition(lambda n, x: n.apply("log", x) / n.apply("log", 10)),
    "log1p": _by_definition(lambda n, x: n.apply("log", 1 + x)),
    "expm1": _by_definition(lambda n, x: n.apply("exp", x) - 1),
    "rsqrt": _by_definition(lambda n, x: 1 / n.apply("sqrt", x)),
    "sigmoid": _by_definition(_sigmoid),
    "relu": _by_definition(lambda n, x: n.maximum(x, 0)),
    "abs": _by_definition(lambda n, x: n.absolute(x)),
    "square": _by_definition(lambda n, x: x**2),
    "neg": _by_definition(lambda n, x: -x),
    "softplus": _by_definition(lambda n, x: n.apply("log", 1 + n.apply("exp", x))),
    "silu": _by_definition(lambda n, x: x * _sigmoid(n, x)),
    "gelu": _by_definition(lambda n, x: x * (1 + n.apply("erf", x / n.apply("sqrt", 2))) * n.half),
    "clone": _by_definition(lambda n, x: x),
    "zeros_like": _by_definition(lambda n, x: 0),
    "ones_like": _by_definition(lambda n, x: 1),
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
    "cat": lambda n, *tensors, dim=0: np.concatenate(tensors, dim),
    "stack": lambda n, *tensors, dim=0: np.stack(tensors, dim),
    "maximum": lambda n, a, b: elementwise(n.maximum, a, b),
    "minimum": lambda n, a, b: elementwise(lambda x, y: -n.maximum(-x, -y), a, b),
    "dot": OPERATORS["@"],
    "matmul": OPERATORS["@"],
    "outer": lambda n, a, b: np.multiply.outer(a, b),
    "mul": OPERATORS["*"],
    "add": OPERATORS["+"],
    "sub": OPERATORS["-"],
    "div": OPERATORS["/"],
    "pow": OPERATORS["**"],
    "reshape": lambda n, input, shape: input.reshape(shape),
    "flatten": flatten,
    "transpose": lambda n, input, dim0, dim1: np.swapaxes(input, dim0, dim1),
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

# Functions that save no tensors for their backward, so that a second backward through them is no error.
SAVES_NOTHING = frozenset("+ - neg add sub sum mean clone cat stack reshape flatten transpose [] zeros_like ones_like".split())
