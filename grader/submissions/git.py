"""A git repository as a store of objects: commits, trees and the bytes of files, never a checked-out file.

Nothing that a commit holds can act here, and no submodule or large-file server is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.submissions.ask_git import MOST_BYTES, Answer, ask_git

PLAIN_FILES = ("100644", "100755")
LINK = "120000"
SUBMODULE = "160000"

_KINDS_OF_NAMES = ("tags", "heads", "remotes")
_MOST_HEADER = 200
_NOT_WHOLE = "This clone lacks the contents of files: fetch it whole, without `filter`."


@dataclass(frozen=True, slots=True)
class File:
    """One entry of a commit. `mode` is git's own, `object` the name of its content, `size` in bytes (of a plain file)."""

    path: str
    mode: str
    object: str
    size: int


@dataclass(frozen=True, slots=True)
class Repository:
    """`root` is the folder of the work tree, of which nothing is read."""

    root: Path
    is_shallow: bool

    def commit(self, name: str) -> str | None:
        """The commit that a name means here, if there is one. Raises UsageError for a name of several things.

        Git would take the tag, which whoever may push can create: one that is called like the branch graded against.
        """
        places = [f"refs/{kind}/{name}" for kind in _KINDS_OF_NAMES]
        known = os.fsdecode(self._ask("for-each-ref", "--format=%(refname)", *places).output).splitlines()
        meant = [place for place in places if place in known]
        if len(meant) > 1:
            raise UsageError(f"`{name}` is the name of {' and of '.join(meant)}: say which of them.")
        found = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return _line(found.output) if found.returncode == 0 else None

    def common_ancestor(self, one: str, other: str) -> str | None:
        found = self._ask("merge-base", one, other)
        return _line(found.output) if found.returncode == 0 else None

    def changed(self, old: str, new: str) -> list[str]:
        """The paths that differ between two commits; a renamed file is two of them."""
        output = self._need("diff-tree", "-r", "-z", "--no-renames", "--ignore-submodules=none", "--name-only", old, new)
        return [_path(each) for each in output.split(b"\0") if each]

    def files(self, commit: str, folder: str) -> Iterator[File]:
        """Every file, link and submodule of a commit that lies in a folder (`.`: all), or is it."""
        below = [] if folder == "." else [folder]
        output = self._need("ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--", *below)
        for entry in output.split(b"\0"):
            if entry:
                description, _, path = entry.partition(b"\t")
                mode, _, object_name, size = description.decode("ascii").split()
                yield File(_path(path), mode, object_name, int(size) if size.isdecimal() else 0)

    def contents(self, files: Sequence[File]) -> dict[str, bytes]:
        """The bytes of plain files, by the name of the object. Raises UsageError if one is not in this clone."""
        if not files:
            return {}
        names = list(dict.fromkeys(file.object for file in files))
        most = sum(file.size + _MOST_HEADER for file in files)
        output = self._need("cat-file", "--batch", sent="".join(f"{name}\n" for name in names).encode("ascii"), most=most)
        return dict(_objects(output, names))

    def _need(self, *arguments: str, sent: bytes = b"", most: int = MOST_BYTES) -> bytes:
        answer = ask_git(self.root, arguments, sent, most)
        if b"promisor remote" in answer.complaint:
            raise UsageError(_NOT_WHOLE)
        if answer.returncode != 0:
            raise UsageError(f"`git {arguments[0]}` failed: {answer.reason}")
        return answer.output

    def _ask(self, *arguments: str) -> Answer:
        return ask_git(self.root, arguments)


def open_repository(folder: Path) -> Repository:
    """The repository that a folder lies in. Raises UsageError if there is none with a work tree, or no git."""
    found = ask_git(folder, ("rev-parse", "--is-shallow-repository", "--show-toplevel"))
    if found.returncode != 0:
        raise UsageError(f"{folder.resolve()} is in no clone that can be read: {found.reason}")
    shallow, _, root = os.fsdecode(found.output).rstrip("\n").partition("\n")
    return Repository(Path(root), shallow == "true")


def _objects(output: bytes, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    start = 0
    for name in names:
        end = output.index(b"\n", start)
        words = output[start:end].split()
        if words[-2] != b"blob":
            raise UsageError(_NOT_WHOLE)
        start = end + 1 + int(words[-1]) + 1
        yield name, output[end + 1 : start - 1]


def _path(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")


def _line(output: bytes) -> str:
    return output.decode("ascii").strip()
