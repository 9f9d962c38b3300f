"""A git repository as a store of objects: commits, trees and the bytes of files, never a checked-out file.

Nothing that a commit holds can act here: no hook, filter, attribute, submodule or large-file server is asked, and nothing
is fetched.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

PLAIN_FILES = ("100644", "100755")
LINK = "120000"
SUBMODULE = "160000"

_OPTIONS = (
    "--no-pager",
    "--literal-pathspecs",
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", f"core.attributesFile={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "protocol.allow=never"),
)
_ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class File:
    """One entry of a commit. `mode` is git's own, `object` the name of its content, `size` in bytes (of a plain file)."""

    path: str
    mode: str
    object: str
    size: int


@dataclass(frozen=True, slots=True)
class Repository:
    """`root` is the folder of the work tree, of which nothing is read, or a bare repository."""

    root: Path
    is_shallow: bool

    def commit(self, name: str) -> str | None:
        """The commit that a name means here, if there is one."""
        found = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return _line(found.stdout) if found.returncode == 0 else None

    def common_ancestor(self, one: str, other: str) -> str | None:
        found = self._ask("merge-base", one, other)
        return _line(found.stdout) if found.returncode == 0 else None

    def changed(self, old: str, new: str) -> list[str]:
        """The paths that differ between two commits; a renamed file is two of them."""
        output = self._need("diff-tree", "-r", "-z", "--no-renames", "--name-only", old, new)
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
        output = self._need("cat-file", "--batch", sent="".join(f"{name}\n" for name in names).encode("ascii"))
        return dict(_objects(output, names))

    def _need(self, *arguments: str, sent: bytes = b"") -> bytes:
        done = self._ask(*arguments, sent=sent)
        if done.returncode != 0:
            raise UsageError(f"`git {arguments[0]}` failed: {_said(done)}")
        return done.stdout

    def _ask(self, *arguments: str, sent: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return _git(self.root, arguments, sent)


def open_repository(folder: Path) -> Repository:
    """The repository that a folder lies in. Raises UsageError if there is none, or no git."""
    found = _git(folder, ("rev-parse", "--is-shallow-repository", "--show-toplevel"))
    if found.returncode != 0:
        found = _git(folder, ("rev-parse", "--is-shallow-repository", "--absolute-git-dir"))
    if found.returncode != 0:
        raise UsageError(f"{folder.resolve()} is in no git repository that can be read: {_said(found)}")
    shallow, _, root = os.fsdecode(found.stdout).rstrip("\n").partition("\n")
    return Repository(Path(root), shallow == "true")


def _git(folder: Path, arguments: Sequence[str], sent: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["git", *_OPTIONS, "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, input=sent, capture_output=True, env=_environment(os.environ), check=False)
    except FileNotFoundError:
        raise UsageError("There is no `git` here: install it.") from None


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what would lead git elsewhere, but with its configuration: the owner may have named safe folders there."""
    kept = {name: value for name, value in environment.items() if not name.startswith("GIT_") or name.startswith("GIT_CONFIG")}
    return kept | _ENVIRONMENT


def _objects(output: bytes, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    start = 0
    for name in names:
        end = output.index(b"\n", start)
        words = output[start:end].split()
        if words[-2] != b"blob":
            raise UsageError(f"This clone lacks the content {name}: fetch it whole, without `filter`.")
        start = end + 1 + int(words[-1]) + 1
        yield name, output[end + 1 : start - 1]


def _path(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")


def _line(output: bytes) -> str:
    return output.decode("ascii").strip()


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode("utf-8", "backslashreplace").strip() or f"it ended with {done.returncode}."
