"""Blackboard: files `Homework 1_jdoe_attempt_2026-03-01-10-30-00_solution.py`, and a `.txt` receipt for each attempt.

The word `attempt` is in the language of the site. The format of the date is always the same. Assignments and user names may
contain `_`: what all names of an export share is the assignment, and the receipts name the users.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from grader.records.exercise import Exercise
from grader.submissions.container import Container, ContainerEntry, Unreadable
from grader.submissions.layouts.layout import EntryReader, Layout, StudentEntry, without_empty

# The first date is Blackboard's: what follows it is chosen by the student. `stem` is the assignment, `_` and the user.
_NAME = re.compile(r"(?P<stem>.+?)_[^\W\d_]+_(?P<date>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL)
_RECEIPT_USER = re.compile(r".*\((?P<user>[^()]+)\)\s*")
_MOST_RECEIPT_BYTES = 1_000_000


def _reader_for(container: Container, exercises: Sequence[Exercise]) -> EntryReader:
    receipts: dict[str, list[ContainerEntry]] = {}
    for entry in container.entries():
        if (found := _match(entry)) is not None:
            receipts.setdefault(found["stem"], []).extend([] if found["file"] else [entry])
    users = _users(receipts, container)
    times = Counter(user for user, _ in users.values())

    def read_entry(entry: ContainerEntry) -> StudentEntry | None:
        found = _match(entry)
        if found is None:
            return None
        user, doubt = users[found["stem"]]
        if times[user] > 1:  # for two assignments, it seems
            user, doubt = found["stem"], f"Several names in this export seem to be those of the user {user}."
        return StudentEntry(
            student=user,
            key=found["stem"],
            doubt=doubt,
            details=without_empty(id=user, username=user, attempt=found["date"]),
            attempt=(found["date"] if found["file"] else "", 0),
            attempt_date=found["date"],
            file=found["file"] or "",
            skip_reason="" if found["file"] else "The .txt file is a receipt from Blackboard and contains no code.",
        )

    return read_entry


def _match(entry: ContainerEntry) -> re.Match[str] | None:
    found = None if entry.is_folder else _NAME.fullmatch(entry.name)
    return found if found is not None and "_" in found["stem"][1:-1] else None


def _users(receipts: Mapping[str, Sequence[ContainerEntry]], container: Container) -> dict[str, tuple[str, str]]:
    """For each stem, the user, and why it is not certain that this is the user."""
    shared = os.path.commonprefix(list(receipts))  # noqa: RUF071 - these are no paths
    ends = [at + 1 for at, letter in enumerate(shared) if letter == "_" and at > 0]
    ends = [end for end in ends if all(len(stem) > end for stem in receipts)]
    if len(ends) == 1:
        return {stem: (stem[ends[0] :], "") for stem in receipts}
    named = {stem: user for stem, entries in receipts.items() if (user := _user_in_receipts(stem, entries, container))}
    assignments = {stem.removesuffix(user) for stem, user in named.items()}
    if len(assignments) == 1 and (end := len(next(iter(assignments)))) in ends:
        return {stem: (stem[end:], "") for stem in receipts}
    if not ends:
        return {stem: (named[stem], "") if stem in named else (stem, _doubt([stem])) for stem in receipts}
    return {stem: (stem[ends[-1] :], _doubt([stem[end:] for end in reversed(ends)])) for stem in receipts}


def _doubt(users: Sequence[str]) -> str:
    return f"The user name is not certain: it can be {' or '.join(users)}, and no receipt says which."


def _user_in_receipts(stem: str, entries: Sequence[ContainerEntry], container: Container) -> str:
    """The user that the receipts of an attempt name: `Name: Jane Doe (jdoe)`. "" if they are missing or do not agree."""
    users = {user for entry in entries for line in _first_lines(entry, container) if (user := _user_in_line(line))}
    (user,) = users if len(users) == 1 else [""]
    return user if user and stem.endswith(f"_{user}") and len(stem) > len(user) + 1 else ""


def _user_in_line(line: str) -> str:
    found = _RECEIPT_USER.fullmatch(line)
    return found["user"] if found else ""


def _first_lines(entry: ContainerEntry, container: Container) -> Iterator[str]:
    try:
        for file in container.files(entry):
            yield file.read(_MOST_RECEIPT_BYTES).decode("utf-8", "replace").lstrip("\ufeff").partition("\n")[0]
    except Unreadable:
        return


LAYOUT = Layout("blackboard", "Blackboard", _reader_for)
