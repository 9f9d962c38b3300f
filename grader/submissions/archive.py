"""A zip archive as a box of what was handed in. Nothing of it is ever written to disk; what is read is read into memory.

A member that no honest program packs makes its whole entry unreadable: of an export, only that student's.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from grader.submissions.members import Member, members
from grader.submissions.read import too_large
from grader.submissions.unreadable import Unreadable
from grader.submissions.upload import MOST_FILES, ContainerEntry, Upload, is_junk

LARGEST_ARCHIVE = 50_000_000
LARGEST_UNPACKED = 200_000_000

_HEADER = b"PK\x01\x02"
_BLOCK = 1 << 20


def open_archive(path: str, file: IO[bytes], most_files: int = MOST_FILES) -> Archive:
    """The archive that people know as `path`. Raises Unreadable if it is damaged or has more files than that."""
    with _trouble():
        if _headers(file) > most_files:
            raise Unreadable(f"It is an archive of more than {most_files:,} files.")
        opened = zipfile.ZipFile(file)
        return Archive(path, opened, list(members(opened.infolist())))


class Archive:
    """An archive, or a folder in one."""

    def __init__(self, path: str, opened: zipfile.ZipFile, content: Sequence[Member]) -> None:
        self._path = path
        self._zip = opened
        self._found: dict[str, list[Member]] = {}
        for member in content:
            self._found.setdefault(member.parts[0], []).append(member)

    @property
    def name(self) -> str:
        return re.sub(r"(?i)\.zip$", "", self._path.rpartition("/")[2])

    def entries(self) -> list[ContainerEntry]:
        return [_entry(name, self._found[name]) for name in sorted(self._found) if not is_junk(name)]

    def files(self, entry: ContainerEntry) -> Iterator[Upload]:
        kept = _kept(self._found[entry.name])
        if len(kept) > MOST_FILES:
            raise Unreadable(f"It has more than {MOST_FILES:,} files.")
        return (self._handed(member, member.parts[1:] or member.parts) for member in kept)

    def all_files(self) -> Iterator[Upload]:
        """Every file with its path in the archive, if all is well with all of it. Raises Unreadable."""
        content = [member for found in self._found.values() for member in found]
        for member in content:
            if member.problem:
                raise Unreadable(member.problem)
        total = sum(member.info.file_size for member in content)
        if total > LARGEST_UNPACKED:
            raise Unreadable(f"It is an archive that unpacks to {total:,} bytes; at most {LARGEST_UNPACKED:,} are read.")
        return (self._handed(member, member.parts) for member in _kept(content))

    def has(self, *parts: str) -> bool:
        return any(member.parts[: len(parts)] == parts for member in self._found.get(parts[0], ()))

    def inside(self, name: str) -> Archive:
        below = [Member(each.parts[1:], each.info, each.problem) for each in self._found[name] if len(each.parts) > 1]
        beside = [each for other, found in self._found.items() if other != name for each in found if each.problem]
        return Archive(f"{self._path}/{name}", self._zip, below + beside)

    def _handed(self, member: Member, parts: tuple[str, ...]) -> Upload:
        def read(most: int) -> bytes:
            if member.info.file_size > most:
                raise too_large(parts[-1], member.info.file_size, most)
            with _trouble(), self._zip.open(member.info) as file:
                return file.read(most)

        return Upload("/".join((self._path, *member.parts)), parts, read)


def _entry(name: str, found: Sequence[Member]) -> ContainerEntry:
    problem = next((member.problem for member in found if member.problem), "")
    return ContainerEntry(name, any(len(member.parts) > 1 or member.is_folder for member in found), problem)


def _kept(content: Sequence[Member]) -> list[Member]:
    """The files that a person may have written: nothing hidden, no virtual environment."""
    environments = {member.parts[:-1] for member in content if member.parts[-1] == "pyvenv.cfg"}
    return [member for member in content if not member.is_folder and not _is_ignored(member.parts, environments)]


def _is_ignored(parts: tuple[str, ...], environments: set[tuple[str, ...]]) -> bool:
    return any(is_junk(part) for part in parts) or any(parts[:end] in environments for end in range(1, len(parts)))


def _headers(file: IO[bytes]) -> int:
    """At most how many files it holds: zipfile would make an object for each before anyone could ask."""
    count, end = 0, b""
    file.seek(0)
    while block := file.read(_BLOCK):
        count += (end + block).count(_HEADER)
        end = block[-len(_HEADER) + 1 :]
    return count


@contextmanager
def _trouble() -> Iterator[None]:
    """Whatever zipfile makes of a damaged archive: ValueError, struct.error, RuntimeError, EOFError ..."""
    try:
        yield
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"It is a damaged archive ({str(error)[:100] or type(error).__name__}): pack the files anew.") from None
