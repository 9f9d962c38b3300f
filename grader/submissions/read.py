"""Reading one solution as Python itself would read it, without running or parsing any of it."""

from __future__ import annotations

import io
import os
import stat
import tokenize
from collections.abc import Sequence
from pathlib import Path

from grader.records.submission import SolutionFile
from grader.submissions.notebook import code_of
from grader.submissions.unreadable import Unreadable

LARGEST = 1_000_000
LARGEST_NOTEBOOK = 10_000_000

# Never through a link, and never waiting for whoever writes into a pipe.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# Decoders whose time grows with the square of the text; nobody writes Python in them.
_SLOW_ENCODINGS = frozenset({"idna", "punycode"})


def read_solution(path: Path, root: Path) -> SolutionFile:
    """The text of a solution with `\\n` line ends and without a BOM, or the reason why there is none.

    A link is followed only as long as it stays inside `root`, the folder that was handed in.
    """
    try:
        real = path.resolve()
        if not real.is_relative_to(root.resolve()):
            raise Unreadable("It is a link that leads out of the folder: put the file itself here.")
        content = read_plain(real, most_bytes(path.name))
    except Unreadable as reason:
        return SolutionFile(path.as_posix(), None, str(reason))
    except OSError as error:
        return SolutionFile(path.as_posix(), None, f"It cannot be read: {error.strerror or error}.")
    return solution(path.as_posix(), content, [each.name for each in path.parent.glob("*.py")])


def solution(path: str, content: bytes, beside: Sequence[str]) -> SolutionFile:
    """What a file of this path holds; `beside` are the names of the Python files in its folder."""
    name = path.rpartition("/")[2]
    neighbours = tuple(sorted(each for each in beside if each != name))
    try:
        if is_notebook(name):
            text, cells = code_of(content)
            return SolutionFile(path, text, neighbours=neighbours, cells=cells)
        return SolutionFile(path, _decode(content), neighbours=neighbours)
    except Unreadable as reason:
        return SolutionFile(path, None, str(reason))


def read_plain(path: Path, most: int) -> bytes:
    """A plain file of at most so many bytes. Raises Unreadable or OSError; a link is not followed."""
    descriptor = os.open(path, _FLAGS)
    with open(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise Unreadable("It is not a plain file.")
        if info.st_size > most:
            raise too_large(path.name, info.st_size, most)
        return file.read(info.st_size)


def most_bytes(name: str) -> int:
    """How large a solution of this name may be."""
    return LARGEST_NOTEBOOK if is_notebook(name) else LARGEST


def is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def too_large(name: str, size: int, most: int) -> Unreadable:
    if is_notebook(name):
        return Unreadable(f"It has {size:,} bytes; a notebook has at most {most:,}: clear the outputs of its cells.")
    return Unreadable(f"It has {size:,} bytes; a solution has at most {most:,}.")


def same_text(text: str, starter: str) -> bool:
    """Is this still the starter, but for a BOM, line ends and trailing blanks?"""
    return _bare(text) == _bare(starter)


def _decode(content: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError as error:
        raise Unreadable(f"It is not Python text ({error.msg}): save it as UTF-8.") from None
    if encoding in _SLOW_ENCODINGS:
        raise Unreadable(f"Its first lines ask for the encoding {encoding}: save it as UTF-8.")
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError):
        raise Unreadable(f"It is not {encoding} text: save it as UTF-8.") from None
    return io.StringIO(text, newline=None).read()


def _bare(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines
