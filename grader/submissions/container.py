"""What folders and archives have in common: entries at the top, and for each entry the files that a student submitted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

MOST_FILES = 10_000  # in one submission

LINK_PROBLEM = "It is a link. Submit the file itself."

_JUNK = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"})


class Unreadable(Exception):
    """Something submitted cannot be read. The message is a sentence that says why and, if possible, what to do."""


class TooLarge(Unreadable):
    """A file has more bytes than may be read."""


class OverLimit(Exception):
    """All files of a submission together are more than one submission may have."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One submitted file. `parts` is its path below its entry, `path` is the path that people see.

    `read(most)` returns its content. Raises Unreadable, also if it has more than `most` bytes.
    """

    path: str
    parts: tuple[str, ...]
    read: Callable[[int], bytes]

    @property
    def name(self) -> str:
        return self.parts[-1]


@dataclass(frozen=True, slots=True)
class ContainerEntry:
    """A file or folder at the top of a container. `problem` says why it cannot be opened."""

    name: str
    is_folder: bool
    problem: str = ""


class Container(Protocol):
    """A folder or an archive. Names are in Unicode's composed form. Junk files and virtual environments are left out."""

    @property
    def name(self) -> str: ...

    def entries(self) -> Sequence[ContainerEntry]:
        """What is at the top, sorted by name."""

    def files(self, entry: ContainerEntry) -> Iterator[Upload]:
        """The entry itself if it is a file, or all files below it. Raises Unreadable."""

    def has(self, *parts: str) -> bool:
        """Is there a file or folder with this path?"""

    def inside(self, name: str) -> Container:
        """The folder with this name at the top, as a container."""


def composed(name: str) -> str:
    """One spelling for names that look the same: macOS writes `é` as two characters."""
    return unicodedata.normalize("NFC", name)


def is_junk(name: str) -> bool:
    """Is this a hidden file, or one that an operating system or Python creates?"""
    return name.startswith(".") or name in _JUNK
