"""Reads one solution as Python reads it: line ends, BOM and declared encoding. Nothing is parsed or run."""

from __future__ import annotations

import io
import os
import stat
import tokenize
from collections.abc import Sequence
from pathlib import Path

from grader.records.submission import SolutionFile
from grader.submissions.container import TooLarge, Unreadable
from grader.submissions.notebook import code_of

MOST_BYTES = 1_000_000
MOST_NOTEBOOK_BYTES = 10_000_000

# Do not follow a link, and do not wait for the writer of a pipe.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# The time of these decoders grows with the square of the length.
_SLOW_ENCODINGS = frozenset({"idna", "punycode"})


def read_solution(path: Path, root: Path) -> SolutionFile:
    """The text of a solution with `\\n` line ends and without a BOM, or the reason why it cannot be read.

    A link is followed only inside `root`, the submitted folder.
    """
    try:
        real = path.resolve()
        if not real.is_relative_to(root.resolve()):
            raise Unreadable("It is a link to a place outside the folder. Submit the file itself.")
        content = read_regular_file(real, most_bytes(path.name))
    except Unreadable as reason:
        return SolutionFile(path.as_posix(), None, str(reason))
    except OSError as error:
        return SolutionFile(path.as_posix(), None, str(unreadable(error)))
    return solution_of_bytes(path.as_posix(), content, [each.name for each in path.parent.glob("*.py")])


def solution_of_bytes(path: str, content: bytes, python_files: Sequence[str]) -> SolutionFile:
    """The solution in the content of a file. `python_files` are the names of the Python files in its folder."""
    name = path.rpartition("/")[2]
    neighbours = tuple(sorted(each for each in python_files if each != name))
    try:
        if is_notebook(name):
            text, cells = code_of(content)
            return SolutionFile(path, text, neighbours=neighbours, cells=cells)
        original, encoding = _decode(content)
        text = io.StringIO(original.removeprefix("\ufeff"), newline=None).read()
        is_utf8 = original.isascii() or encoding == "utf-8"
        return SolutionFile(path, text, neighbours=neighbours, original=original if original != text else "", is_utf8=is_utf8)
    except Unreadable as reason:
        return SolutionFile(path, None, str(reason))


def read_regular_file(path: Path, most: int) -> bytes:
    """The content of a regular file with at most `most` bytes. Links are not followed. Raises Unreadable and OSError."""
    descriptor = os.open(path, _FLAGS)
    with open(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise Unreadable("It is not a regular file.")
        if info.st_size > most:
            raise too_large(path.name, info.st_size, most)
        return file.read(info.st_size)


def most_bytes(name: str) -> int:
    """How many bytes a solution with this name may have."""
    return MOST_NOTEBOOK_BYTES if is_notebook(name) else MOST_BYTES


def is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def too_large(name: str, size: int, most: int) -> TooLarge:
    if is_notebook(name):
        return TooLarge(f"It has {size:,} bytes; a notebook may have at most {most:,}. Clear the outputs of its cells.")
    return TooLarge(f"It has {size:,} bytes; a solution may have at most {most:,}.")


def unreadable(error: OSError) -> Unreadable:
    return Unreadable(f"It cannot be read: {error.strerror or error}.")


def same_text(text: str, starter: str) -> bool:
    """Are both texts equal except for a BOM, line ends, and spaces and empty lines at the end?"""
    return _normalised_lines(text) == _normalised_lines(starter)


def _decode(content: bytes) -> tuple[str, str]:
    """The text with a BOM, if it has one, and its encoding."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError as error:
        raise Unreadable(f"It is not Python text ({error.msg}). Save it as UTF-8.") from None
    if encoding in _SLOW_ENCODINGS:
        raise Unreadable(f"Its first lines declare the encoding {encoding}, which is not supported. Save it as UTF-8.")
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError):
        raise Unreadable(f"It is not {encoding} text. Save it as UTF-8.") from None
    return (f"\ufeff{text}", "utf-8") if encoding == "utf-8-sig" else (text, encoding)


def _normalised_lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines
