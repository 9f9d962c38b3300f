"""Reads commits, trees and files from the object database of git. No file is checked out.

Nothing in a commit is executed, and no server of a submodule or of Git LFS is contacted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.submissions.git_command import MOST_BYTES, GitOutput, run_git

REGULAR_FILES = ("100644", "100755")
LINK = "120000"
SUBMODULE = "160000"

_REF_KINDS = ("tags", "heads", "remotes")
_MOST_HEADER_BYTES = 200
_PARTIAL_CLONE = "This clone lacks the contents of files. Clone the repository without `--filter`."


@dataclass(frozen=True, slots=True)
class GitFile:
    """A file, link or submodule of a commit. `object` is the hash of its content, `size` the bytes of a regular file."""

    path: str
    mode: str
    object: str
    size: int


@dataclass(frozen=True, slots=True)
class Repository:
    """`root` is the folder of the working tree. No file in it is read."""

    root: Path
    is_shallow: bool

    def commit(self, name: str) -> str | None:
        """The hash of the commit with this name, if there is one. Raises UsageError for an ambiguous name.

        Git would prefer a tag to a branch. Everybody who may push can create a tag with the name of the base branch.
        """
        places = [f"refs/{kind}/{name}" for kind in _REF_KINDS]
        known = os.fsdecode(self._run("for-each-ref", "--format=%(refname)", *places).stdout).splitlines()
        meant = [place for place in places if place in known]
        if len(meant) > 1:
            raise UsageError(f"`{name}` is ambiguous: it is the name of {' and of '.join(meant)}. Write the whole name.")
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return _hash(found.stdout) if found.returncode == 0 else None

    def common_ancestor(self, one: str, other: str) -> str | None:
        found = self._run("merge-base", one, other)
        return _hash(found.stdout) if found.returncode == 0 else None

    def changed(self, old: str, new: str) -> list[str]:
        """The paths that differ between two commits. A renamed file has two paths."""
        output = self._run_or_raise("diff-tree", "-r", "-z", "--no-renames", "--ignore-submodules=none", "--name-only", old, new)
        return [_path(each) for each in output.split(b"\0") if each]

    def files(self, commit: str, folder: str) -> Iterator[GitFile]:
        """Every file, link and submodule of a commit in a folder (`.`: the whole repository)."""
        below = [] if folder == "." else [folder]
        output = self._run_or_raise("ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--", *below)
        for entry in output.split(b"\0"):
            if entry:
                description, _, path = entry.partition(b"\t")
                mode, _, object_name, size = description.decode("ascii").split()
                yield GitFile(_path(path), mode, object_name, int(size) if size.isdecimal() else 0)

    def contents(self, files: Sequence[GitFile]) -> dict[str, bytes]:
        """The contents of regular files by object hash. Raises UsageError if one is not in this clone."""
        if not files:
            return {}
        names = list(dict.fromkeys(file.object for file in files))
        most = sum(file.size + _MOST_HEADER_BYTES for file in files)
        output = self._run_or_raise(
            "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode("ascii"), most=most
        )
        return dict(_split_batch(output, names))

    def _run_or_raise(self, *arguments: str, stdin: bytes = b"", most: int = MOST_BYTES) -> bytes:
        done = run_git(self.root, arguments, stdin, most)
        if b"promisor remote" in done.stderr:
            raise UsageError(_PARTIAL_CLONE)
        if done.returncode != 0:
            raise UsageError(f"`git {arguments[0]}` failed: {done.reason}")
        return done.stdout

    def _run(self, *arguments: str) -> GitOutput:
        return run_git(self.root, arguments)


def open_repository(folder: Path) -> Repository:
    """The repository that contains a folder. Raises UsageError if there is no repository with a working tree, or no git."""
    found = run_git(folder, ("rev-parse", "--is-shallow-repository", "--show-toplevel"))
    if found.returncode != 0:
        raise UsageError(f"{folder.resolve()} is not in a readable clone: {found.reason}")
    shallow, _, root = os.fsdecode(found.stdout).rstrip("\n").partition("\n")
    return Repository(Path(root), shallow == "true")


def _split_batch(output: bytes, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The name and content of each object in the output of `git cat-file --batch`."""
    start = 0
    for name in names:
        end = output.index(b"\n", start)
        words = output[start:end].split()
        if words[-2] != b"blob":
            raise UsageError(_PARTIAL_CLONE)
        start = end + 1 + int(words[-1]) + 1
        yield name, output[end + 1 : start - 1]


def _path(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")


def _hash(output: bytes) -> str:
    return output.decode("ascii").strip()
