"""Checks the members of a zip archive: paths that leave it, links, encryption, and files that unpack to huge sizes."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.submissions.container import composed

MOST_FOLDERS = 40

_MOST_RATIO = 200  # of unpacked to packed size: text reaches 20, a file of zeros 1,000
_ALWAYS_ALLOWED_BYTES = 1_000_000
_ENCRYPTED = 0x1
_UTF_8 = 0x800
_LEVELS_OF_STUDENTS = 3  # an export is often in one or two more folders
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may allocate gigabytes before the first byte
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """One file or folder. `problem` is a sentence about the whole archive, or ""."""

    parts: tuple[str, ...]
    info: zipfile.ZipInfo
    problem: str = ""

    @property
    def is_folder(self) -> bool:
        return self.info.filename.endswith(("/", "\\"))


def checked_members(infos: Iterable[zipfile.ZipInfo]) -> Iterator[Member]:
    """All members of an archive. The parts of an invalid path are its escaped text alone, which nothing can use as a path."""
    seen: set[tuple[str, ...]] = set()
    spellings: dict[str, str] = {}  # of the folders that can be those of a student
    for info in infos:
        written = _name(info).replace("\\", "/")
        name = composed(written)
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        reason = _path_problem(name, parts)
        if reason:
            yield Member((ascii(name[:100]),), info, _sentence(reason, name))
            continue
        folders = written.split("/")[:_LEVELS_OF_STUDENTS]
        if parts in seen and not name.endswith("/"):
            reason = "two files with the same path"
        elif any(spellings.setdefault(composed(each), each) != each for each in folders):
            reason = "two names that look the same"
        else:
            reason = _content_problem(info)
        seen.add(parts)
        yield Member(parts, info, _sentence(reason, name))


def _name(info: zipfile.ZipInfo) -> str:
    """The name as text. Without the flag for UTF-8 zipfile reads code page 437, but many programs write UTF-8 all the same."""
    name = info.orig_filename
    if info.flag_bits & _UTF_8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _path_problem(name: str, parts: tuple[str, ...]) -> str:
    if name.startswith("/") or _DRIVE.match(name):
        return "an absolute path"
    if ".." in parts:
        return "a path outside the archive"
    if not parts or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "an invalid name"
    if len(parts) > MOST_FOLDERS:
        return f"more than {MOST_FOLDERS} nested folders"
    return ""


def _content_problem(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a member that is neither a file nor a folder"
    if info.flag_bits & _ENCRYPTED:
        return "an encrypted file"
    if info.compress_type not in _METHODS:
        return "an unusual compression method"
    if info.file_size > max(_ALWAYS_ALLOWED_BYTES, _MOST_RATIO * info.compress_size):
        return f"a file that unpacks to {info.file_size:,} bytes"
    return ""


def _sentence(reason: str, name: str) -> str:
    return f"It is an archive with {reason} ({name[:100]!a}). Create the archive again." if reason else ""
