"""A folder as a box of what was handed in. No link is followed, and nothing is read before it is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from grader.submissions.read import read_plain
from grader.submissions.unreadable import Unreadable
from grader.submissions.upload import MOST_FILES, ContainerEntry, Upload, composed, is_junk

_LINK = "It is a link: put the file itself here."


class FolderContainer:
    """Raises OSError if the folder cannot be listed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found = {composed(each.name): each for each in sorted(os.scandir(root), key=lambda each: each.name)}

    @property
    def name(self) -> str:
        return composed(self._root.resolve().name)

    def entries(self) -> list[ContainerEntry]:
        return [_entry(name, found) for name, found in self._found.items() if not _is_ignored(found)]

    def files(self, entry: ContainerEntry) -> Iterator[Upload]:
        path = self._root / self._found[entry.name].name
        if not entry.is_folder:
            yield _handed(path, (entry.name,))
            return
        for count, file in enumerate(_walk(path)):
            if count >= MOST_FILES:
                raise Unreadable(f"It has more than {MOST_FILES:,} files.")
            yield _handed(file, tuple(composed(part) for part in file.relative_to(path).parts))

    def has(self, *parts: str) -> bool:
        return os.path.lexists(self._root.joinpath(*parts))

    def inside(self, name: str) -> FolderContainer:
        return FolderContainer(self._root / self._found[name].name)


def _entry(name: str, found: os.DirEntry[str]) -> ContainerEntry:
    if found.is_symlink():
        return ContainerEntry(name, False, _LINK)
    return ContainerEntry(name, found.is_dir(follow_symlinks=False))


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, onerror=_stop):
        folders[:] = sorted(each for each in folders if not is_junk(each) and not _is_environment(Path(folder, each)))
        for name in sorted(names + [each for each in folders if Path(folder, each).is_symlink()]):
            if not is_junk(name):
                yield Path(folder, name)


def _stop(error: OSError) -> None:
    raise Unreadable(f"It cannot be read: {error.strerror or error}.")


def _is_ignored(found: os.DirEntry[str]) -> bool:
    return is_junk(found.name) or _is_environment(Path(found.path))


def _is_environment(folder: Path) -> bool:
    """A virtual environment: nothing in it is the student's."""
    return not folder.is_symlink() and (folder / "pyvenv.cfg").exists()


def _handed(path: Path, parts: tuple[str, ...]) -> Upload:
    def read(most: int) -> bytes:
        try:
            if path.is_symlink():
                raise Unreadable(_LINK)
            return read_plain(path, most)
        except OSError as error:
            raise Unreadable(f"It cannot be read: {error.strerror or error}.") from None

    return Upload(path.as_posix(), parts, read)
