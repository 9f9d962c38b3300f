"""Values as people read them: `4` rather than `4.0`, at most six digits, long tensors cut in the middle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import prod
from typing import Any

from grader.message_limits import MAX_DIMENSIONS

_LONGEST = 72
_MOST_NAMES = 5
_ENDS = (8, 3, 1)


def value(shown: Any) -> str:
    """A value of a report: `4`, `[2, 2, 12]`, `None`, `{a: 1}`."""
    texts = [_cut_text(shown, ends) for ends in _ENDS]
    return next((text for text in texts if len(text) <= _LONGEST), texts[-1])


def is_cut(shown: Any) -> bool:
    """Is this what the report shows of a tensor that is too large? A dict of a student may look like one."""
    if not isinstance(shown, Mapping) or not {"cut", "shape", "first"} <= shown.keys() <= {"cut", "shape", "first", "furthest"}:
        return False
    furthest = shown.get("furthest", {"index": [], "value": 0})
    return (
        _are_sizes(shown["shape"])
        and isinstance(shown["first"], list)
        and isinstance(furthest, Mapping)
        and furthest.keys() == {"index", "value"}
        and _are_sizes(furthest["index"])
    )


def counted(number: int, thing: str, things: str = "") -> str:
    """`1 step`, `2 steps`."""
    return f"{number} {thing if number == 1 else things or f'{thing}s'}"


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def by_name(shown: Any) -> dict[str, str]:
    """The values after a step by their names. A value without a name has the empty name."""
    if isinstance(shown, Mapping):
        return {str(name): value(item) for name, item in shown.items()}
    return {} if shown is None else {"": value(shown)}


def first_difference(expected: Any, observed: Any, names: Collection[str] = ()) -> tuple[str, str, str] | None:
    """The first name whose two values read differently, with both. Only one of `names`, if any are given."""
    texts, seen = by_name(expected), by_name(observed)
    for name, text in texts.items():
        if name in seen and seen[name] != text and (not names or name in names):
            return name, text, seen[name]
    return None


def _cut_text(shown: Any, ends: int) -> str:
    if isinstance(shown, bool) or shown is None:
        return str(shown)
    if isinstance(shown, int | float):
        return _rounded(shown)
    if is_cut(shown):
        return _cut_tensor(shown)
    if isinstance(shown, Mapping):
        return "{" + ", ".join(f"{name}: {_cut_text(item, ends)}" for name, item in shown.items()) + "}"
    if isinstance(shown, list | tuple):
        return "[" + ", ".join(_cut_items(shown, ends)) + "]"
    return str(shown)


def _cut_tensor(shown: Mapping[str, Any]) -> str:
    """`[1, 2, 3, ...] (of 100,000 numbers; [70] is 5)`"""
    if not shown["first"]:
        return f"[] (of shape {shown['shape']})"
    first = ", ".join(_cut_text(number, 1) for number in shown["first"][: _ENDS[1]])
    furthest = shown.get("furthest")
    index = "" if furthest is None else "".join(f"[{each}]" for each in furthest["index"])
    about = "" if furthest is None else f"; {index} is {_cut_text(furthest['value'], 1)}"
    return f"[{first}, ...] (of {prod(shown['shape']):,} numbers{about})"


def _are_sizes(items: Any) -> bool:
    """Could these be the sizes, or an index, of a tensor? Their product can be written then."""
    if not isinstance(items, list) or len(items) > MAX_DIMENSIONS:
        return False
    return all(isinstance(each, int) and 0 <= each < 2**63 for each in items)


def _rounded(number: float) -> str:
    text = f"{number:.6g}"
    return "0" if text == "-0" else text


def _cut_items(shown: list[Any] | tuple[Any, ...], ends: int) -> Iterable[str]:
    if len(shown) <= 2 * ends + 1:
        return [_cut_text(item, ends) for item in shown]
    return [*(_cut_text(item, ends) for item in shown[:ends]), "...", *(_cut_text(item, ends) for item in shown[-ends:])]
