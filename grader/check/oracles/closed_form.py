"""Derivatives in closed form, from sympy: exact for every loss that sympy can differentiate."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from grader.check.oracles.arrays import Array, Element, NotCovered, as_array, elementwise, filled
from grader.check.oracles.calculus import is_target
from grader.check.oracles.functions import NumberLibrary
from grader.check.oracles.graph import OracleLeaf, OracleValue, Target, recompute

SYMBOLIC = NumberLibrary(sympy, sympy.Max, sympy.Abs, sympy.Rational(1, 2))

# With more elements sympy takes too long.
MOST_ELEMENTS = 16


class ClosedForms:
    """Every element of a leaf is a symbol, every other number is a fraction, and sympy differentiates."""

    second_order = True

    def contribution(self, losses: Sequence[OracleValue], seeds: Sequence[Array], target: Target) -> Array:
        if target.numbers.size > MOST_ELEMENTS:
            raise NotCovered(f"more than {MOST_ELEMENTS} elements")
        symbols = _Symbols(target)
        known: dict[int, Array] = {}
        results = [symbols.expression(loss, known) for loss in losses]
        total = sum(np.sum(elementwise(_exact, seed) * result) for seed, result in zip(seeds, results, strict=True))
        return elementwise(symbols.number, symbols.derivatives(total, target))


class _Symbols:
    """The symbols of one derivation. A leaf gets other symbols after it was changed in place."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.values: dict[Any, Element] = {}
        self.of: dict[tuple[int, int], Array] = {}

    def expression(self, value: OracleValue, known: dict[int, Array]) -> Array:
        return recompute(value, SYMBOLIC, lambda each: self._given(each, known), known)

    def derivatives(self, total: Element, target: Target) -> Array:
        """The derivatives by each element of the target, added over all versions of the target."""
        versions = [tensor for (owner, _), tensor in self.of.items() if owner == id(target)]
        derivatives = [elementwise(lambda symbol: sympy.diff(total, symbol), tensor) for tensor in versions]
        return as_array(sum(derivatives, filled(target.numbers.shape, sympy.Integer(0))))

    def number(self, expression: Element) -> float:
        result = sympy.sympify(expression).xreplace(self.values)
        try:
            return float(result)
        except TypeError:
            raise NotCovered(f"{result} is not a number") from None

    def _given(self, value: OracleValue, known: dict[int, Array]) -> Array | None:
        if value.leaf is not None:
            return self._symbols(value, value.leaf, value.version)
        if is_target(value, self.target):
            return self._symbols(value, value, 0)
        if value.derivative_of is not None:
            loss, target = value.derivative_of
            return self.derivatives(np.sum(self.expression(loss, known)), target)
        if value.function is None:
            return elementwise(_exact, value.numbers)
        return None

    def _symbols(self, value: OracleValue, owner: OracleLeaf | OracleValue, version: int) -> Array:
        key = (id(owner), version)
        if key not in self.of:
            symbols = [sympy.Symbol(f"x{len(self.values) + place}", real=True) for place in range(value.numbers.size)]
            self.values |= dict(zip(symbols, map(_exact, value.numbers.flat), strict=True))
            self.of[key] = as_array(symbols).reshape(value.numbers.shape)
        return self.of[key]


def _exact(number: float) -> Any:
    """The decimal number as it is written, as a fraction."""
    fraction = Fraction(repr(number))
    return sympy.Rational(fraction.numerator, fraction.denominator)
