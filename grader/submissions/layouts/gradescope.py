"""Gradescope: folders `submission_123` beside a `submission_metadata.yml` that names who handed them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from grader.records.exercise import Exercise
from grader.submissions.layouts.layout import Layout, Piece, Whose, known, titled
from grader.submissions.unreadable import Unreadable
from grader.submissions.upload import Container, ContainerEntry

METADATA = "submission_metadata.yml"

_LARGEST_METADATA = 100_000_000
_NAME = re.compile(r"submission_(?P<number>[0-9]+)")
_KEY = re.compile(r"  :?(?P<key>\w+):(?: |$)")
_KEPT = frozenset({"submitters"})


class _Loader(yaml.SafeLoader):
    """Plain data only; what Ruby marks as an object of its own is passed over."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def _look(box: Container, exercises: Sequence[Exercise]) -> Whose:
    submitters = _submitters(box)

    def whose(entry: ContainerEntry) -> Piece | None:
        found = _NAME.fullmatch(entry.name)
        if found is None or not entry.is_folder:
            return None
        people = submitters.get(entry.name, [])
        names, numbers, emails = (_joined(people, key) for key in ("name", "sid", "email"))
        return Piece(
            student=titled(names or emails or numbers, found["number"]),
            details=known(id=numbers or emails or names or found["number"], name=names, email=emails),
        )

    return whose


def _submitters(box: Container) -> Mapping[str, list[Mapping[str, str]]]:
    """Who handed in each folder; nothing where Gradescope's file is missing or damaged."""
    try:
        content = (
            next(iter(box.files(ContainerEntry(METADATA, is_folder=False)))).read(_LARGEST_METADATA) if box.has(METADATA) else b""
        )
        document = yaml.load("".join(_shortened(content.decode("utf-8", "replace"))), _Loader)
    except (Unreadable, yaml.YAMLError, ValueError, RecursionError):
        return {}
    entries = document.items() if isinstance(document, dict) else ()
    return {str(name): _people(entry) for name, entry in entries}


def _shortened(text: str) -> Iterator[str]:
    """Only the lines that say who handed in what: the results beside them are long."""
    is_kept = True
    for line in text.splitlines(keepends=True):
        if not line.startswith(" "):
            is_kept = True
        elif key := _KEY.match(line):
            is_kept = key["key"] in _KEPT
        if is_kept:
            yield line


def _people(entry: Any) -> list[Mapping[str, str]]:
    people = entry.get(":submitters") if isinstance(entry, dict) else None
    return [
        {str(key).lstrip(":"): str(value) for key, value in person.items() if value is not None}
        for person in (people if isinstance(people, list) else ())
        if isinstance(person, dict)
    ]


def _joined(people: Sequence[Mapping[str, str]], key: str) -> str:
    return "; ".join(person[key] for person in people if person.get(key))


LAYOUT = Layout("gradescope", "Gradescope", _look)
