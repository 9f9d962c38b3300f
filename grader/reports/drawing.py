"""A trace as a drawing: one number of one `.grad` after each call, as it should be and as it was. Geometry only, no markup."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from grader.records.result import NOT_RIGHT, StepResult
from grader.reports.values import by_name, value

STEP = 62  # pixels from call to call
LEFT, RIGHT, TOP, PLOT, BOTTOM = 30, 66, 26, 92, 46
_CLOSE = 14  # pixels between two lines of text
_NONE = 20  # pixels from the lowest number down to None
_WIDE = 330  # pixels that a phone has room for
_MOST_NUMBERS = 64  # that are compared, of each name and of all together

DrawnPath: TypeAlias = tuple[int, ...]


class _Unknown:
    """In the place of a value that nobody has told yet; None is a value."""


_UNKNOWN = _Unknown()


@dataclass(frozen=True, slots=True)
class DrawnValue:
    """A value that is written beside the line; `kind` is `expected`, `observed` or `both`."""

    x: int
    y: float
    text: str
    kind: str
    text_y: float


@dataclass(frozen=True, slots=True)
class Line:
    """The path of one line in SVG's letters, and where its name stands."""

    kind: str
    path: str
    name_y: float


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    number: int
    is_wrong: bool
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """`name` is what is drawn, such as `x.grad` or `w.grad[0][1]`; `about` says the same as the picture."""

    name: str
    about: str
    width: int
    height: int
    zero: float
    lines: tuple[Line, ...]
    marks: tuple[DrawnValue, ...]
    ticks: tuple[Tick, ...]

    @property
    def is_wide(self) -> bool:
        """Does it need to be moved to and fro on a small screen?"""
        return self.width > _WIDE


def draw(steps: Sequence[StepResult]) -> Drawing | None:
    """None where there is nothing to compare with: no calls, or no numbers that were expected."""
    chosen = _chosen(steps)
    if chosen is None:
        return None
    name, path = chosen
    expected, observed = _expected(steps, chosen), _observed(steps, chosen)
    height = _height([*expected, *observed])
    end = LEFT + len(steps) * STEP
    return Drawing(
        name=name + "".join(f"[{index}]" for index in path),
        about=f"Expected, call after call: {_said(expected)}. Observed: {_said(observed)}.",
        width=end + RIGHT,
        height=TOP + PLOT + BOTTOM + (_NONE if None in (*expected, *observed) else 0),
        zero=height(0.0),
        lines=tuple(_lines(expected, observed, height, end)),
        marks=tuple(_marks(expected, observed, height)),
        ticks=tuple(Tick(_x(i), i + 1, each.status in NOT_RIGHT, each.status == "skipped") for i, each in enumerate(steps)),
    )


def _chosen(steps: Sequence[StepResult]) -> tuple[str, DrawnPath] | None:
    """The number that is the first to be not what it should be, one of a `.grad` if there is a choice."""
    wanted = {name for step in steps for name in by_name(step.expected)}
    shown = [*(step.expected for step in steps), *(step.observed for step in steps)]
    found = dict.fromkeys(pair for each in shown for pair in _numbers(each) if pair[0] in wanted)
    pairs = sorted(found, key=lambda pair: not pair[0].endswith(".grad"))[:_MOST_NUMBERS]
    return min(pairs, key=lambda pair: _first_difference(steps, pair), default=None)


def _first_difference(steps: Sequence[StepResult], pair: tuple[str, DrawnPath]) -> int:
    both = zip(_expected(steps, pair), _observed(steps, pair), strict=True)
    differs = (index for index, (one, other) in enumerate(both) if one is not _UNKNOWN and _text(one) != _text(other))
    return next(differs, len(steps))


def _numbers(shown: Any) -> Iterator[tuple[str, DrawnPath]]:
    if isinstance(shown, Mapping):
        for name, each in shown.items():
            paths = list(islice(_paths(each), _MOST_NUMBERS))
            yield from ((name, path) for path in (paths if len(paths) != 1 else [()]))


def _paths(shown: Any) -> Iterator[DrawnPath]:
    """The places of all numbers in nested lists."""
    if isinstance(shown, list | tuple):
        for index, each in enumerate(shown):
            yield from ((index, *path) for path in _paths(each))
    elif isinstance(shown, int | float):
        yield ()


def _expected(steps: Sequence[StepResult], pair: tuple[str, DrawnPath]) -> list[Any]:
    return _held([step.expected for step in steps], *pair)


def _observed(steps: Sequence[StepResult], pair: tuple[str, DrawnPath]) -> list[Any]:
    return _held([step.observed for step in steps], *pair)


def _held(values: Sequence[Any], name: str, path: DrawnPath) -> list[Any]:
    """What is there after each call: what it left, or what an earlier one had left."""
    held: list[Any] = []
    now: Any = _UNKNOWN
    for shown in values:
        if isinstance(shown, Mapping) and name in shown:
            now = _at(shown[name], path)
        held.append(now)
    return held


def _at(shown: Any, path: DrawnPath) -> Any:
    """The number in this place; without a path the only one there is."""
    for index in path:
        if not isinstance(shown, list | tuple) or index >= len(shown):
            return None if shown is None else _UNKNOWN
        shown = shown[index]
    while isinstance(shown, list | tuple) and len(shown) == 1:
        shown = shown[0]
    return shown if shown is None or isinstance(shown, int | float) else _UNKNOWN


def _height(held: Sequence[Any]) -> Callable[[Any], float]:
    """From a value to its place on the paper: None lies below all numbers, what is no finite number above them."""
    numbers = [0.0, *(float(each) for each in held if _is_finite(each))]
    low, high = min(numbers), max(numbers)

    def height(number: Any) -> float:
        if number is None:
            return float(TOP + PLOT + _NONE)
        if not _is_finite(number):
            return float(TOP)
        share = (number / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.0  # halves: the ends may be far apart
        return round(TOP + PLOT * (1 - share), 1)

    return height


def _is_finite(number: Any) -> bool:
    return isinstance(number, int | float) and math.isfinite(number)


def _lines(expected: list[Any], observed: list[Any], height: Callable[[Any], float], end: int) -> Iterator[Line]:
    upper, lower = height(expected[-1]), height(observed[-1])
    if observed[-1] is _UNKNOWN:
        yield Line("expected", _stairs(expected, height, end), upper + 4)
        return
    if abs(upper - lower) < _CLOSE:
        middle, way = (upper + lower) / 2, 1 if upper <= lower else -1
        upper, lower = middle - way * _CLOSE / 2, middle + way * _CLOSE / 2
    yield Line("expected", _stairs(expected, height, end), round(upper + 4, 1))
    yield Line("observed", _stairs(observed, height, end), round(lower + 4, 1))


def _stairs(held: Sequence[Any], height: Callable[[Any], float], end: int) -> str:
    """A value holds until the next call."""
    known = [(_x(index), height(each)) for index, each in enumerate(held) if each is not _UNKNOWN]
    if not known:
        return ""
    (x, y), *further = known
    return f"M{x} {y:g}" + "".join(f"H{x}V{y:g}" for x, y in further) + f"H{end}"


def _marks(expected: list[Any], observed: list[Any], height: Callable[[Any], float]) -> Iterator[DrawnValue]:
    for index, (one, other) in enumerate(zip(expected, observed, strict=True)):
        if _text(one) == _text(other) and one is not _UNKNOWN:
            yield _mark(index, one, "both", height, is_above=_rises(expected, index, height))
            continue
        first, second = _rises(expected, index, height), _rises(observed, index, height)
        if one is not _UNKNOWN and other is not _UNKNOWN and _collide(height(one), height(other), first, second):
            first = height(one) < height(other)
            second = not first
        if one is not _UNKNOWN:
            yield _mark(index, one, "expected", height, is_above=first)
        if other is not _UNKNOWN:
            yield _mark(index, other, "observed", height, is_above=second)


def _mark(index: int, held: Any, kind: str, height: Callable[[Any], float], *, is_above: bool) -> DrawnValue:
    y = height(held)
    return DrawnValue(_x(index), y, _text(held), kind, round(y - 9 if is_above else y + 18, 1))


def _rises(held: Sequence[Any], index: int, height: Callable[[Any], float]) -> bool:
    """Where a line comes from below there is room above, and the other way round; nothing lies below None."""
    before = held[index - 1] if index else 0.0
    start = height(0.0 if before is _UNKNOWN else before)
    return held[index] is not None and height(held[index]) <= start


def _collide(one: float, other: float, one_above: bool, other_above: bool) -> bool:
    """Is a text upon the other text, or upon the other's point?"""
    texts = [y - 13 if above else y + 13 for y, above in ((one, one_above), (other, other_above))]
    return abs(texts[0] - texts[1]) < _CLOSE or abs(texts[0] - other) < _CLOSE or abs(texts[1] - one) < _CLOSE


def _x(index: int) -> int:
    return LEFT + index * STEP


def _said(held: Sequence[Any]) -> str:
    return ", ".join("nothing yet" if each is _UNKNOWN else _text(each) for each in held)


def _text(held: Any) -> str:
    return "" if held is _UNKNOWN else value(held)
