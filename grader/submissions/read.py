"""Reading one solution as Python itself would read it, without running or parsing any of it."""

from __future__ import annotations

import io
import stat
import tokenize
from pathlib import Path

from grader.records.submission import SolutionFile

LARGEST = 1_000_000

# Decoders whose time grows with the square of the text; nobody writes Python in them.
_SLOW_ENCODINGS = frozenset({"idna", "punycode"})


class _Unreadable(Exception):
    """Carries the sentence that says why."""


def read_solution(path: Path, root: Path) -> SolutionFile:
    """The text of a solution with `\\n` line ends and without a BOM, or the reason why there is none.

    A link is followed only as long as it stays inside `root`, the folder that was handed in.
    """
    try:
        text = _decode(_bytes(path, root))
    except _Unreadable as reason:
        return SolutionFile(path.as_posix(), None, str(reason))
    except OSError as error:
        return SolutionFile(path.as_posix(), None, f"It cannot be read: {error.strerror or error}.")
    return SolutionFile(path.as_posix(), text, neighbours=_neighbours(path))


def same_text(text: str, starter: str) -> bool:
    """Is this still the starter, but for a BOM, line ends and trailing blanks?"""
    return _bare(text) == _bare(starter)


def _neighbours(path: Path) -> tuple[str, ...]:
    return tuple(sorted(each.name for each in path.parent.glob("*.py") if each.name != path.name))


def _bytes(path: Path, root: Path) -> bytes:
    if path.suffix == ".ipynb":
        raise _Unreadable("It is a notebook: save its code as a .py file.")
    real = path.resolve()
    if not real.is_relative_to(root.resolve()):
        raise _Unreadable("It is a link that leads out of the folder: put the file itself here.")
    info = real.stat()
    if not stat.S_ISREG(info.st_mode):
        raise _Unreadable("It is not a plain file.")
    if info.st_size > LARGEST:
        raise _Unreadable(f"It has {info.st_size:,} bytes; a solution has at most {LARGEST:,}.")
    with real.open("rb") as file:
        return file.read(LARGEST)


def _decode(content: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError as error:
        raise _Unreadable(f"It is not Python text ({error.msg}): save it as UTF-8.") from None
    if encoding in _SLOW_ENCODINGS:
        raise _Unreadable(f"Its first lines ask for the encoding {encoding}: save it as UTF-8.")
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError):
        raise _Unreadable(f"It is not {encoding} text: save it as UTF-8.") from None
    return io.StringIO(text, newline=None).read()


def _bare(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines
