"""What a folder and an archive have in common: entries, and below each the files that a person handed in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

# More than that in one submission is no homework.
MOST_FILES = 10_000

_JUNK = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was handed in: `parts` is its path below the entry it came with, `path` is how people know it.

    `read(most)` gives its content. Raises Unreadable, also if it is larger than `most` bytes.
    """

    path: str
    parts: tuple[str, ...]
    read: Callable[[int], bytes]

    @property
    def name(self) -> str:
        return self.parts[-1]


@dataclass(frozen=True, slots=True)
class ContainerEntry:
    """One thing at the top of an export. `problem` says why it cannot be opened."""

    name: str
    is_folder: bool
    problem: str = ""


class Container(Protocol):
    """A folder or an archive. Names are in Unicode's composed form; what no person wrote is left out."""

    @property
    def name(self) -> str: ...

    def entries(self) -> Sequence[ContainerEntry]:
        """What lies at the top, sorted by name."""

    def files(self, entry: ContainerEntry) -> Iterator[Upload]:
        """The file itself, or all files below the folder. Raises Unreadable."""

    def has(self, *parts: str) -> bool:
        """Is there a file or folder of this path?"""

    def inside(self, name: str) -> Container:
        """The folder of this name at the top, as a box of its own."""


def composed(name: str) -> str:
    """One spelling for names that look the same: a Mac takes `é` apart."""
    return unicodedata.normalize("NFC", name)


def is_junk(name: str) -> bool:
    """Hidden files and what systems leave behind."""
    return name.startswith(".") or name in _JUNK
