"""Values and where they came from: what an oracle needs to work a loss out again with other numbers in its leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from grader.check.oracles.arrays import Array, NotCovered, as_array
from grader.check.oracles.functions import FLOATS, KEEPS_NOTHING, Function, NumberLibrary

# What a hook makes of a share, or of what has been added up so far.
Hook: TypeAlias = Callable[[Array], Array]


@dataclass(eq=False, slots=True)
class Gradient:
    """The object that `.grad` is: a name for it sees every later share and every zero_()."""

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
    """Numbers, and how they follow from the `sources`; a constant has none, a leaf that was read names the leaf.

    A value that `grad(…, create_graph=True)` made is the slope of `slope_of[0]` in `slope_of[1]`.
    """

    numbers: Array
    function: Function | None = None
    sources: tuple[OracleValue, ...] = ()
    leaf: OracleLeaf | None = None
    version: int = 0
    needs_grad: bool = False
    keeps_tensors: bool = False
    freed: bool = False
    retains_grad: bool = False
    grad: Gradient | None = None
    slope_of: tuple[OracleValue, OracleLeaf | OracleValue] | None = None


Target: TypeAlias = OracleLeaf | OracleValue


def constant(numbers: Array) -> OracleValue:
    return OracleValue(numbers)


def read(leaf: OracleLeaf) -> OracleValue:
    """A leaf as it is now."""
    return OracleValue(leaf.numbers, leaf=leaf, version=leaf.version, needs_grad=leaf.requires_grad)


def apply(name: str, function: Function, sources: Sequence[OracleValue], options: dict[str, Any]) -> OracleValue:
    """A function of values. Raises NotCovered where it is not defined."""
    bound = partial(function, **options) if options else function
    return OracleValue(
        numbers=worked_out(bound, FLOATS, [source.numbers for source in sources]),
        function=bound,
        sources=tuple(sources),
        needs_grad=any(source.needs_grad for source in sources),
        keeps_tensors=name not in KEEPS_NOTHING,
    )


def element(value: OracleValue, index: int) -> OracleValue:
    """`value[index]`."""
    return apply("[]", lambda n, tensor: tensor[index], [value], {})


def worked_out(function: Function, numbers: NumberLibrary, arguments: Sequence[Array]) -> Array:
    try:
        return as_array(function(numbers, *arguments))
    except (ValueError, ArithmeticError, TypeError, IndexError) as error:
        raise NotCovered(f"a function is not defined here: {error}") from None


def work_out(
    value: OracleValue,
    numbers: NumberLibrary,
    given: Callable[[OracleValue], Array | None],
    known: dict[int, Array] | None = None,
) -> Array:
    """The value once more, with what `given` says in the place of the values for which it says something."""
    known = {} if known is None else known
    if id(value) not in known:
        found = given(value)
        if found is None:
            sources = [work_out(source, numbers, given, known) for source in value.sources]
            found = worked_out(value.function, numbers, sources) if value.function else value.numbers
        known[id(value)] = found
    return known[id(value)]


def below(values: Sequence[OracleValue]) -> Iterator[OracleValue]:
    """The values and everything that they came from and that has a gradient, each once."""
    seen: set[int] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if value.needs_grad and id(value) not in seen:
            seen.add(id(value))
            yield value
            waiting += value.sources
            waiting += [value.slope_of[0]] if value.slope_of else []
