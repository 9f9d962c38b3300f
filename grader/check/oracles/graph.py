"""Values that remember how they were computed, so that an oracle can compute a loss again with other numbers in its leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from grader.check.oracles.arrays import Array, NotCovered, as_array
from grader.check.oracles.functions import FLOATS, SAVES_NOTHING, Function, NumberLibrary

# Makes another gradient of a contribution, or of the accumulated gradient.
Hook: TypeAlias = Callable[[Array], Array]


@dataclass(eq=False, slots=True)
class Gradient:
    """The tensor object in `.grad`. Every name for it sees later contributions and every zero_()."""

    numbers: Array


@dataclass(eq=False, slots=True)
class OracleLeaf:
    """A watched leaf. `version` counts how often its value was changed in place."""

    name: str
    numbers: Array
    requires_grad: bool = True
    grad: Gradient | None = None
    version: int = 0
    hooks: list[Hook] = field(default_factory=list)
    hooks_after: list[Hook] = field(default_factory=list)

    def change(self, numbers: Array) -> None:
        self.numbers, self.version = numbers, self.version + 1


@dataclass(eq=False, slots=True)
class OracleValue:
    """Numbers, and the function of the `sources` that computed them. A constant has no sources; `leaf` is a leaf that was read.

    A value made by `grad(…, create_graph=True)` is the derivative of `derivative_of[0]` with respect to `derivative_of[1]`.
    """

    numbers: Array
    function: Function | None = None
    sources: tuple[OracleValue, ...] = ()
    leaf: OracleLeaf | None = None
    version: int = 0
    needs_grad: bool = False
    saves_tensors: bool = False
    freed: bool = False
    retains_grad: bool = False
    grad: Gradient | None = None
    derivative_of: tuple[OracleValue, OracleLeaf | OracleValue] | None = None


Target: TypeAlias = OracleLeaf | OracleValue


def constant(numbers: Array) -> OracleValue:
    return OracleValue(numbers)


def read_leaf(leaf: OracleLeaf) -> OracleValue:
    """A leaf as it is now."""
    return OracleValue(leaf.numbers, leaf=leaf, version=leaf.version, needs_grad=leaf.requires_grad)


def apply(name: str, function: Function, sources: Sequence[OracleValue], options: dict[str, Any]) -> OracleValue:
    """The value of a function. Raises NotCovered where it is not defined."""
    bound = partial(function, **options) if options else function
    return OracleValue(
        numbers=call_function(bound, FLOATS, [source.numbers for source in sources]),
        function=bound,
        sources=tuple(sources),
        needs_grad=any(source.needs_grad for source in sources),
        saves_tensors=name not in SAVES_NOTHING,
    )


def element(value: OracleValue, index: int) -> OracleValue:
    """`value[index]`."""
    return apply("[]", lambda n, tensor: tensor[index], [value], {})


def call_function(function: Function, numbers: NumberLibrary, arguments: Sequence[Array]) -> Array:
    try:
        return as_array(function(numbers, *arguments))
    except (ValueError, ArithmeticError, TypeError, IndexError) as error:
        raise NotCovered(f"a function is not defined here: {error}") from None


def recompute(
    value: OracleValue,
    numbers: NumberLibrary,
    given: Callable[[OracleValue], Array | None],
    known: dict[int, Array] | None = None,
) -> Array:
    """Compute the value again, with the numbers of `given` for all values for which it returns some."""
    known = {} if known is None else known
    if id(value) not in known:
        found = given(value)
        if found is None:
            sources = [recompute(source, numbers, given, known) for source in value.sources]
            found = call_function(value.function, numbers, sources) if value.function else value.numbers
        known[id(value)] = found
    return known[id(value)]


def graph_of(values: Sequence[OracleValue]) -> Iterator[OracleValue]:
    """The values, and all values they were computed from that need a gradient, each once."""
    seen: set[int] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if value.needs_grad and id(value) not in seen:
            seen.add(id(value))
            yield value
            waiting += value.sources
            waiting += [value.derivative_of[0]] if value.derivative_of else []
