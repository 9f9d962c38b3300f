"""Which entries of an export belong to which student: two students are never one, and one is never two.

Where that is not certain, each of them is a submission of its own with a `doubt` that names both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.layout import StudentEntry, folded

_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)
_MOST_NAMES = 5

Found = tuple[ContainerEntry, StudentEntry | None]


@dataclass(frozen=True, slots=True)
class Owner:
    """A student with the entries that are theirs. `name` is different for each. `doubt` is a sentence, or ""."""

    name: str
    found: Sequence[Found]
    key: tuple[str, str] = ("", "")
    doubt: str = ""

    @property
    def entries(self) -> list[ContainerEntry]:
        return [entry for entry, _ in self.found]


def owners_of(found: Sequence[Found]) -> list[Owner]:
    """The owners of these entries, sorted by name. An entry without a student is its own owner."""
    groups = _grouped(found, _identity)
    owners = [_owner(key, group) for key, group in groups.items()]
    alike = [
        *_grouped(owners, lambda owner: ("name", folded(owner.name))).values(),
        *_grouped((each for each in owners if each.key[0]), lambda owner: ("key", folded(owner.key[0]))).values(),
    ]
    doubts = {id(owner): _could_be_one(owner, several) for several in alike if len(several) > 1 for owner in several}
    owners = [replace(owner, doubt=" ".join(filter(None, (owner.doubt, doubts.get(id(owner)))))) for owner in owners]
    same_name = {key for key, several in _grouped(owners, lambda owner: owner.name).items() if len(several) > 1}
    named = [replace(owner, name=_exact_name(owner)) if owner.name in same_name else owner for owner in owners]
    return sorted(named, key=lambda owner: owner.name)


def _grouped(values: Iterable[_T], key_of: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    groups: dict[_K, list[_T]] = {}
    for value in values:
        groups.setdefault(key_of(value), []).append(value)
    return groups


def _identity(found: Found) -> tuple[str, str]:
    """Entries with one key but different names are not certainly one student's."""
    entry, student = found
    if student is None:
        return "", entry.name
    return student.key or student.student, folded(student.student)


def _owner(key: tuple[str, str], group: Sequence[Found]) -> Owner:
    first_entry, first = group[0]
    doubts = dict.fromkeys(student.doubt for _, student in group if student is not None and student.doubt)
    return Owner(first.student if first else first_entry.name, group, key, " ".join(doubts))


def _could_be_one(owner: Owner, several: Sequence[Owner]) -> str:
    names = [_received(each) for each in several[: _MOST_NAMES + 1] if each is not owner][:_MOST_NAMES]
    count = len(several) - 1 - len(names)
    more = f" and {count} more" if count else ""
    return (
        f"{_received(owner)} and {', '.join(names)}{more} can be the same student or different ones. "
        "They are graded apart, and no platform's file is filled in for them."
    )


def _received(owner: Owner) -> str:
    return owner.found[0][0].name


def _exact_name(owner: Owner) -> str:
    """A name that nobody else has, whoever else is in the export."""
    exact = "\0".join((*owner.key, _received(owner))).encode("utf-8", "surrogatepass")
    return f"{owner.name} [{hashlib.sha256(exact).hexdigest()[:8]}]"
