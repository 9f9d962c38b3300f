"""The members of a zip archive, each with its path in parts and, if no honest program packs such a thing, the reason."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.submissions.upload import composed

MOST_FOLDERS = 40

_MOST_RATIO = 200  # text reaches 20, a file of zeros 1,000
_SMALL = 1_000_000
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may ask for gigabytes before the first byte
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """`problem` is a sentence that begins with the archive, or empty."""

    parts: tuple[str, ...]
    info: zipfile.ZipInfo
    problem: str = ""

    @property
    def is_folder(self) -> bool:
        return self.info.filename.endswith(("/", "\\"))


def members(infos: Iterable[zipfile.ZipInfo]) -> Iterator[Member]:
    """All that is in an archive. A path that is no good stays in one part, so that nobody takes it for a path."""
    seen: set[tuple[str, ...]] = set()
    for info in infos:
        name = composed(info.orig_filename.replace("\\", "/"))
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        reason = _bad_path(name, parts)
        if reason:
            yield Member((ascii(name[:100]),), info, _sentence(reason, name))
            continue
        reason = "two files of one name" if parts in seen and not name.endswith("/") else _bad_content(info)
        seen.add(parts)
        yield Member(parts, info, _sentence(reason, name))


def _bad_path(name: str, parts: tuple[str, ...]) -> str:
    if name.startswith("/") or _DRIVE.match(name):
        return "an absolute path"
    if ".." in parts:
        return "a path that leads out of it"
    if not parts or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "a name that is none"
    if len(parts) > MOST_FOLDERS:
        return f"more than {MOST_FOLDERS} folders inside each other"
    return ""


def _bad_content(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "something that is no file"
    if info.flag_bits & _ENCRYPTED:
        return "an encrypted file"
    if info.compress_type not in _METHODS:
        return "a file packed in an unusual way"
    if info.file_size > max(_SMALL, _MOST_RATIO * info.compress_size):
        return f"a file that unpacks to {info.file_size:,} bytes"
    return ""


def _sentence(reason: str, name: str) -> str:
    return f"It is an archive with {reason} ({name[:100]!a}): pack the files anew." if reason else ""
