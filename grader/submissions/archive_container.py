"""A zip archive as a container of submitted files. Nothing is written to disk; files are read into memory.

A suspicious member makes the entry that contains it unreadable. In the export of a class, that is one student's entry.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from grader.submissions.archive_members import Member, checked_members
from grader.submissions.container import MOST_FILES, ContainerEntry, Unreadable, Upload, is_junk
from grader.submissions.read import too_large

MOST_ARCHIVE_BYTES = 50_000_000
MOST_UNPACKED_BYTES = 200_000_000

_MEMBER_HEADER = b"PK\x01\x02"
_BLOCK = 1 << 20


def most_members(file: IO[bytes]) -> int:
    """An upper bound of the number of members. It is counted here because zipfile would create an object for each of them."""
    count, end = 0, b""
    file.seek(0)
    while block := file.read(_BLOCK):
        count += (end + block).count(_MEMBER_HEADER)
        end = block[-len(_MEMBER_HEADER) + 1 :]
    return count


def open_archive(path: str, file: IO[bytes], most_files: int = MOST_FILES, members: int | None = None) -> ArchiveContainer:
    """The archive that people see as `path`. `members` are its `most_members` if they have been counted.

    Raises Unreadable if it is damaged or has more than `most_files` files.
    """
    with _damage_as_unreadable():
        if (most_members(file) if members is None else members) > most_files:
            raise Unreadable(f"It is an archive of more than {most_files:,} files.")
        opened = zipfile.ZipFile(file)
        return ArchiveContainer(path, opened, list(checked_members(opened.infolist())))


class ArchiveContainer:
    """An archive, or a folder in it."""

    def __init__(self, path: str, opened: zipfile.ZipFile, members: Sequence[Member]) -> None:
        self._path = path
        self._zip = opened
        self._found: dict[str, list[Member]] = {}
        for member in members:
            self._found.setdefault(member.parts[0], []).append(member)

    @property
    def name(self) -> str:
        return re.sub(r"(?i)\.zip$", "", self._path.rpartition("/")[2])

    def entries(self) -> list[ContainerEntry]:
        return [_container_entry(name, self._found[name]) for name in sorted(self._found) if not is_junk(name)]

    def files(self, entry: ContainerEntry) -> Iterator[Upload]:
        members = _without_junk(self._found[entry.name])
        if len(members) > MOST_FILES:
            raise Unreadable(f"It has more than {MOST_FILES:,} files.")
        return (self._upload(member, member.parts[1:] or member.parts) for member in members)

    def all_files(self) -> Iterator[Upload]:
        """Every file with its path in the archive. Raises Unreadable if there is a problem with any member."""
        members = [member for found in self._found.values() for member in found]
        for member in members:
            if member.problem:
                raise Unreadable(member.problem)
        total = sum(member.info.file_size for member in members)
        if total > MOST_UNPACKED_BYTES:
            raise Unreadable(f"It is an archive that unpacks to {total:,} bytes; at most {MOST_UNPACKED_BYTES:,} are allowed.")
        return (self._upload(member, member.parts) for member in _without_junk(members))

    def has(self, *parts: str) -> bool:
        return any(member.parts[: len(parts)] == parts for member in self._found.get(parts[0], ()))

    def inside(self, name: str) -> ArchiveContainer:
        below = [Member(each.parts[1:], each.info, each.problem) for each in self._found[name] if len(each.parts) > 1]
        beside = [each for other, found in self._found.items() if other != name for each in found if each.problem]
        return ArchiveContainer(f"{self._path}/{name}", self._zip, below + beside)

    def _upload(self, member: Member, parts: tuple[str, ...]) -> Upload:
        def read(most: int) -> bytes:
            if member.info.file_size > most:
                raise too_large(parts[-1], member.info.file_size, most)
            with _damage_as_unreadable(), self._zip.open(member.info) as file:
                return file.read(most)

        return Upload("/".join((self._path, *member.parts)), parts, read)


def _container_entry(name: str, found: Sequence[Member]) -> ContainerEntry:
    problem = next((member.problem for member in found if member.problem), "")
    return ContainerEntry(name, any(len(member.parts) > 1 or member.is_folder for member in found), problem)


def _without_junk(members: Sequence[Member]) -> list[Member]:
    """The files that are neither junk nor part of a virtual environment."""
    environments = {member.parts[:-1] for member in members if member.parts[-1] == "pyvenv.cfg"}
    return [
        member
        for member in members
        if not member.is_folder
        and not any(is_junk(part) for part in member.parts)
        and not any(member.parts[:end] in environments for end in range(1, len(member.parts)))
    ]


@contextmanager
def _damage_as_unreadable() -> Iterator[None]:
    """For a damaged archive zipfile raises ValueError, struct.error, RuntimeError, EOFError and others."""
    try:
        yield
    except Unreadable:
        raise
    except Exception as error:
        reason = str(error)[:100] or type(error).__name__
        raise Unreadable(f"It is a damaged archive ({reason}). Create the archive again.") from None
