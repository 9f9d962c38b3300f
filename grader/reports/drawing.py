"""A trace as a drawing: one number of one `.grad` after each call, expected and observed. Geometry only, no markup."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from grader.records.result import NOT_RIGHT, StepResult
from grader.reports.values import by_name, is_cut, value

STEP = 62  # pixels from call to call
LEFT, RIGHT, TOP, PLOT, BOTTOM = 30, 66, 26, 92, 46
_CLOSE = 14  # pixels between two lines of text
_NONE = 20  # pixels from the line of the lowest number down to None
_WIDE = 330  # pixels that fit on a phone
_MOST_NUMBERS = 64  # that are compared, of one name and of all names together

DrawnPath: TypeAlias = tuple[int, ...]


class _Unknown:
    """Replaces a value before the first call that shows it. None is a value."""


_UNKNOWN = _Unknown()


@dataclass(frozen=True, slots=True)
class DrawnValue:
    """A value that is written beside its point. `kind` is `expected`, `observed` or `both`."""

    x: int
    y: float
    text: str
    kind: str
    text_y: float


@dataclass(frozen=True, slots=True)
class Line:
    """The path of one line in the syntax of SVG, and the height of its name."""

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
    """`name` is what is drawn, such as `x.grad` or `w.grad[0][1]`. `about` describes the picture in words.

    All lengths are in pixels.
    """

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
        """Must it be scrolled on a small screen?"""
        return self.width > _WIDE


def draw(steps: Sequence[StepResult]) -> Drawing | None:
    """The drawing of the steps. None without calls or without expected numbers."""
    chosen = _number_to_draw(steps)
    if chosen is None:
        return None
    name, path = chosen
    expected, observed = _expected(steps, chosen), _observed(steps, chosen)
    height = _height([*expected, *observed])
    end = LEFT + len(steps) * STEP
    return Drawing(
        name=name + "".join(f"[{index}]" for index in path),
        about=f"Expected, call after call: {_sequence_text(expected)}. Observed: {_sequence_text(observed)}.",
        width=end + RIGHT,
        height=TOP + PLOT + BOTTOM + (_NONE if None in (*expected, *observed) else 0),
        zero=height(0.0),
        lines=tuple(_named_lines(expected, observed, height, end)),
        marks=tuple(_value_marks(expected, observed, height)),
        ticks=tuple(Tick(_x(i), i + 1, each.status in NOT_RIGHT, each.status == "skipped") for i, each in enumerate(steps)),
    )


def _number_to_draw(steps: Sequence[StepResult]) -> tuple[str, DrawnPath] | None:
    """The name and the index of the number that is wrong first. A number of a `.grad` comes before others."""
    wanted = {name for step in steps for name in by_name(step.expected)}
    shown = [*(step.expected for step in steps), *(step.observed for step in steps)]
    found = dict.fromkeys(pair for each in shown for pair in _numbers_of(each) if pair[0] in wanted)
    pairs = sorted(found, key=lambda pair: not pair[0].endswith(".grad"))[:_MOST_NUMBERS]
    return min(pairs, key=lambda pair: _first_difference(steps, pair), default=None)


def _first_difference(steps: Sequence[StepResult], pair: tuple[str, DrawnPath]) -> int:
    both = zip(_expected(steps, pair), _observed(steps, pair), strict=True)
    differs = (index for index, (one, other) in enumerate(both) if one is not _UNKNOWN and _value_text(one) != _value_text(other))
    return next(differs, len(steps))


def _numbers_of(shown: Any) -> Iterator[tuple[str, DrawnPath]]:
    if isinstance(shown, Mapping):
        for name, each in shown.items():
            paths = list(islice(_indices(each), _MOST_NUMBERS))
            yield from ((name, path) for path in (paths if len(paths) != 1 or is_cut(each) else [()]))


def _indices(shown: Any) -> Iterator[DrawnPath]:
    """The indices of all numbers in nested lists. Of a cut tensor, the index of the furthest number."""
    if is_cut(shown):
        yield from [tuple(shown["furthest"]["index"])] if "furthest" in shown else []
    elif isinstance(shown, list | tuple):
        for index, each in enumerate(shown):
            yield from ((index, *path) for path in _indices(each))
    elif isinstance(shown, int | float):
        yield ()


def _expected(steps: Sequence[StepResult], pair: tuple[str, DrawnPath]) -> list[Any]:
    return _values_over_time([step.expected for step in steps], *pair)


def _observed(steps: Sequence[StepResult], pair: tuple[str, DrawnPath]) -> list[Any]:
    return _values_over_time([step.observed for step in steps], *pair)


def _values_over_time(values: Sequence[Any], name: str, path: DrawnPath) -> list[Any]:
    """The value after each call. A call that does not show it keeps the value of the call before."""
    held: list[Any] = []
    now: Any = _UNKNOWN
    for shown in values:
        if isinstance(shown, Mapping) and name in shown:
            now = _number_at(shown[name], path)
        held.append(now)
    return held


def _number_at(shown: Any, path: DrawnPath) -> Any:
    """The number at this index. Without an index, the only number."""
    if is_cut(shown):
        furthest = shown.get("furthest")
        return furthest["value"] if furthest is not None and tuple(furthest["index"]) == path else _UNKNOWN
    for index in path:
        if not isinstance(shown, list | tuple) or index >= len(shown):
            return None if shown is None else _UNKNOWN
        shown = shown[index]
    while isinstance(shown, list | tuple) and len(shown) == 1:
        shown = shown[0]
    return shown if shown is None or isinstance(shown, int | float) else _UNKNOWN


def _height(held: Sequence[Any]) -> Callable[[Any], float]:
    """The function from a value to its height in the picture. None is below all numbers, NaN and infinities are at the top."""
    numbers = [0.0, *(float(each) for each in held if _is_finite(each))]
    low, high = min(numbers), max(numbers)

    def height(number: Any) -> float:
        if number is None:
            return float(TOP + PLOT + _NONE)
        if not _is_finite(number):
            return float(TOP)
        share = (number / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.0  # halved, because `high - low` may overflow
        return round(TOP + PLOT * (1 - share), 1)

    return height


def _is_finite(number: Any) -> bool:
    return isinstance(number, int | float) and math.isfinite(number)


def _named_lines(expected: list[Any], observed: list[Any], height: Callable[[Any], float], end: int) -> Iterator[Line]:
    upper, lower = height(expected[-1]), height(observed[-1])
    if observed[-1] is _UNKNOWN:
        yield Line("expected", _step_path(expected, height, end), upper + 4)
        return
    if abs(upper - lower) < _CLOSE:
        middle, way = (upper + lower) / 2, 1 if upper <= lower else -1
        upper, lower = middle - way * _CLOSE / 2, middle + way * _CLOSE / 2
    yield Line("expected", _step_path(expected, height, end), round(upper + 4, 1))
    yield Line("observed", _step_path(observed, height, end), round(lower + 4, 1))


def _step_path(held: Sequence[Any], height: Callable[[Any], float], end: int) -> str:
    """A value holds until the next call."""
    known = [(_x(index), height(each)) for index, each in enumerate(held) if each is not _UNKNOWN]
    if not known:
        return ""
    (x, y), *further = known
    return f"M{x} {y:g}" + "".join(f"H{x}V{y:g}" for x, y in further) + f"H{end}"


def _value_marks(expected: list[Any], observed: list[Any], height: Callable[[Any], float]) -> Iterator[DrawnValue]:
    for index, (one, other) in enumerate(zip(expected, observed, strict=True)):
        if _value_text(one) == _value_text(other) and one is not _UNKNOWN:
            yield _value_mark(index, one, "both", height, is_above=_has_room_above(expected, index, height))
            continue
        first, second = _has_room_above(expected, index, height), _has_room_above(observed, index, height)
        if one is not _UNKNOWN and other is not _UNKNOWN and _collide(height(one), height(other), first, second):
            first = height(one) < height(other)
            second = not first
        if one is not _UNKNOWN:
            yield _value_mark(index, one, "expected", height, is_above=first)
        if other is not _UNKNOWN:
            yield _value_mark(index, other, "observed", height, is_above=second)


def _value_mark(index: int, held: Any, kind: str, height: Callable[[Any], float], *, is_above: bool) -> DrawnValue:
    y = height(held)
    return DrawnValue(_x(index), y, _value_text(held), kind, round(y - 9 if is_above else y + 18, 1))


def _has_room_above(held: Sequence[Any], index: int, height: Callable[[Any], float]) -> bool:
    """A line that comes from below leaves room above the point, and a falling line leaves room below. None has room below."""
    before = held[index - 1] if index else 0.0
    start = height(0.0 if before is _UNKNOWN else before)
    return held[index] is not None and height(held[index]) <= start


def _collide(one: float, other: float, one_above: bool, other_above: bool) -> bool:
    """Does a text overlap the other text or the other's point?"""
    texts = [y - 13 if above else y + 13 for y, above in ((one, one_above), (other, other_above))]
    return abs(texts[0] - texts[1]) < _CLOSE or abs(texts[0] - other) < _CLOSE or abs(texts[1] - one) < _CLOSE


def _x(index: int) -> int:
    return LEFT + index * STEP


def _sequence_text(held: Sequence[Any]) -> str:
    return ", ".join("nothing yet" if each is _UNKNOWN else _value_text(each) for each in held)


def _value_text(held: Any) -> str:
    return "" if held is _UNKNOWN else value(held)
