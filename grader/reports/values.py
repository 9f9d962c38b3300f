"""Numbers as people like to read them: `4` rather than `4.0`, six digits at most, long tensors cut in the middle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

_LONGEST = 72
_ENDS = (8, 3, 1)


def value(shown: Any) -> str:
    """A value of a report: `4`, `[2, 2, 12]`, `None`, `{a: 1}`."""
    texts = [_text(shown, ends) for ends in _ENDS]
    return next((text for text in texts if len(text) <= _LONGEST), texts[-1])


def by_name(shown: Any) -> dict[str, str]:
    """What a step left, name by name; a value without a name has the empty one."""
    if isinstance(shown, Mapping):
        return {str(name): value(item) for name, item in shown.items()}
    return {} if shown is None else {"": value(shown)}


def first_difference(expected: Any, observed: Any, names: Collection[str] = ()) -> tuple[str, str, str] | None:
    """The first name (of these, if any are given) whose value reads differently, with both values."""
    wanted, seen = by_name(expected), by_name(observed)
    for name, text in wanted.items():
        if name in seen and seen[name] != text and (not names or name in names):
            return name, text, seen[name]
    return None


def _text(shown: Any, ends: int) -> str:
    if isinstance(shown, bool) or shown is None:
        return str(shown)
    if isinstance(shown, int | float):
        return _number(shown)
    if isinstance(shown, Mapping):
        return "{" + ", ".join(f"{name}: {_text(item, ends)}" for name, item in shown.items()) + "}"
    if isinstance(shown, list | tuple):
        return "[" + ", ".join(_items(shown, ends)) + "]"
    return str(shown)


def _number(number: float) -> str:
    text = f"{number:.6g}"
    return "0" if text == "-0" else text


def _items(shown: list[Any] | tuple[Any, ...], ends: int) -> Iterable[str]:
    if len(shown) <= 2 * ends + 1:
        return [_text(item, ends) for item in shown]
    return [*(_text(item, ends) for item in shown[:ends]), "...", *(_text(item, ends) for item in shown[-ends:])]
