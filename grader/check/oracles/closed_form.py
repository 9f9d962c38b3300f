"""Derivatives in closed form, from sympy: exact where the losses are made of what sympy can differentiate."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy

from grader.check.oracles.calculus import is_target
from grader.check.oracles.dense import Dense, Element, NotCovered
from grader.check.oracles.functions import NumberLibrary
from grader.check.oracles.graph import OracleLeaf, OracleValue, Target, work_out

SYMBOLIC = NumberLibrary(sympy, sympy.Max, sympy.Abs, sympy.Rational(1, 2))

# From so many elements on sympy takes longer than the answer is worth.
MOST_ELEMENTS = 16


class ClosedForms:
    """Every element of a leaf is a symbol, every number a fraction; `sympy.diff` does the rest."""

    second_order = True

    def share(self, losses: Sequence[OracleValue], seeds: Sequence[Dense], target: Target) -> Dense:
        if target.numbers.size > MOST_ELEMENTS:
            raise NotCovered(f"more than {MOST_ELEMENTS} elements")
        symbols = _Symbols(target)
        known: dict[int, Dense] = {}
        results = [symbols.expression(loss, known) for loss in losses]
        total = sum(
            _exact(weight) * element
            for seed, result in zip(seeds, results, strict=True)
            for weight, element in zip(seed.data, result.data, strict=True)
        )
        return Dense(target.numbers.shape, tuple(symbols.number(each) for each in symbols.slopes(total, target)))


class _Symbols:
    """The symbols of one derivation. A leaf that was changed in place has other symbols afterwards."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.values: dict[Any, Element] = {}
        self.of: dict[tuple[int, int], Dense] = {}

    def expression(self, value: OracleValue, known: dict[int, Dense]) -> Dense:
        return work_out(value, SYMBOLIC, lambda each: self._given(each, known), known)

    def slopes(self, total: Element, target: Target) -> list[Element]:
        """By each element of the target, over all its versions."""
        versions = [tensor for (owner, _), tensor in self.of.items() if owner == id(target)]
        return [sum(sympy.diff(total, tensor.data[place]) for tensor in versions) for place in range(target.numbers.size)]

    def number(self, expression: Element) -> float:
        result = sympy.sympify(expression).xreplace(self.values)
        try:
            return float(result)
        except TypeError:
            raise NotCovered(f"{result} is no number") from None

    def _given(self, value: OracleValue, known: dict[int, Dense]) -> Dense | None:
        if value.leaf is not None:
            return self._symbols(value, value.leaf, value.version)
        if is_target(value, self.target):
            return self._symbols(value, value, 0)
        if value.slope_of is not None:
            loss, target = value.slope_of
            total = sum(self.expression(loss, known).data)
            return Dense(target.numbers.shape, tuple(self.slopes(total, target)))
        if value.function is None:
            return Dense(value.numbers.shape, tuple(map(_exact, value.numbers.data)))
        return None

    def _symbols(self, value: OracleValue, owner: OracleLeaf | OracleValue, version: int) -> Dense:
        key = (id(owner), version)
        if key not in self.of:
            symbols = tuple(sympy.Symbol(f"x{len(self.values) + place}", real=True) for place in range(value.numbers.size))
            self.values |= dict(zip(symbols, map(_exact, value.numbers.data), strict=True))
            self.of[key] = Dense(value.numbers.shape, symbols)
        return self.of[key]


def _exact(number: float) -> Any:
    """The decimal number as it is written, as a fraction."""
    fraction = Fraction(repr(number))
    return sympy.Rational(fraction.numerator, fraction.denominator)
