"""Gradescope: folders `submission_123`, and a `submission_metadata.yml` with the students of each folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import yaml

from grader.records.exercise import Exercise
from grader.submissions.container import Container, ContainerEntry, Unreadable
from grader.submissions.layouts.layout import EntryReader, Layout, StudentEntry, unique_name, without_empty

METADATA = "submission_metadata.yml"

_MOST_METADATA_BYTES = 100_000_000
_NAME = re.compile(r"submission_(?P<number>[0-9]+)")
_KEY = re.compile(r"  :?(?P<key>\w+):(?: |$)")
_NEEDED_KEYS = frozenset({"submitters"})


class _Loader(yaml.SafeLoader):
    """Reads plain data. A Ruby object becomes None."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def _reader_for(container: Container, exercises: Sequence[Exercise]) -> EntryReader:
    submitters = _submitters(container)

    def read_entry(entry: ContainerEntry) -> StudentEntry | None:
        found = _NAME.fullmatch(entry.name)
        if found is None or not entry.is_folder:
            return None
        people = submitters.get(entry.name, [])
        names, numbers, emails = ([person.get(key, "") for person in people] for key in ("name", "sid", "email"))
        about = without_empty(name=names, email=emails, sid=numbers)
        return StudentEntry(
            student=unique_name(about.get("name") or about.get("email") or about.get("sid"), found["number"]),
            key=found["number"],
            details={
                "id": about.pop("sid", "") or about.get("email") or about.get("name") or found["number"],
                **about,
            },
        )

    return read_entry


def _submitters(container: Container) -> Mapping[str, list[Mapping[str, str]]]:
    """The students of each folder; empty if the metadata file is missing or damaged."""
    try:
        metadata = container.files(ContainerEntry(METADATA, is_folder=False)) if container.has(METADATA) else iter(())
        content = b"".join(file.read(_MOST_METADATA_BYTES) for file in islice(metadata, 1))
        document = yaml.load("".join(_needed_lines(content.decode("utf-8", "replace"))), _Loader)
    except (Unreadable, yaml.YAMLError, ValueError, RecursionError):
        return {}
    entries = document.items() if isinstance(document, dict) else ()
    return {str(name): _people(entry) for name, entry in entries}


def _needed_lines(text: str) -> Iterator[str]:
    """The lines with the students. The results, which are long, are left out."""
    is_needed = True
    for line in text.splitlines(keepends=True):
        if not line.startswith(" "):
            is_needed = True
        elif key := _KEY.match(line):
            is_needed = key["key"] in _NEEDED_KEYS
        if is_needed:
            yield line


def _people(entry: Any) -> list[Mapping[str, str]]:
    people = entry.get(":submitters") if isinstance(entry, dict) else None
    return [
        {str(key).lstrip(":"): str(value) for key, value in person.items() if value is not None}
        for person in (people if isinstance(people, list) else ())
        if isinstance(person, dict)
    ]


LAYOUT = Layout("gradescope", "Gradescope", _reader_for)
