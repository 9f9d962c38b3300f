"""A folder as a container of submitted files. Links are not followed, and files are read only when they are needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.submissions.container import LINK_PROBLEM, MOST_FILES, ContainerEntry, Unreadable, Upload, composed, is_junk
from grader.submissions.read import read_regular_file, unreadable


class FolderContainer:
    """Raises OSError if the folder cannot be listed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[str, os.DirEntry[str]] = {}
        for each in sorted(os.scandir(root), key=lambda each: (each.name != composed(each.name), each.name)):
            name = composed(each.name)  # some file systems allow two names that look the same
            self._found[each.name if name in self._found else name] = each
        self._found = dict(sorted(self._found.items()))

    @property
    def name(self) -> str:
        return composed(self._root.resolve().name)

    def entries(self) -> list[ContainerEntry]:
        return [_container_entry(name, found) for name, found in self._found.items() if not is_ignored(Path(found.path))]

    def files(self, entry: ContainerEntry) -> Iterator[Upload]:
        path = self._root / self._found[entry.name].name
        if not entry.is_folder:
            yield _upload(path, (entry.name,))
            return
        for count, file in enumerate(files_below(path, on_error=_raise_unreadable)):
            if count >= MOST_FILES:
                raise Unreadable(f"It has more than {MOST_FILES:,} files.")
            yield _upload(file, tuple(composed(part) for part in file.relative_to(path).parts))

    def has(self, *parts: str) -> bool:
        return os.path.lexists(self._root.joinpath(*parts))

    def inside(self, name: str) -> FolderContainer:
        return FolderContainer(self._root / self._found[name].name)


def files_below(root: Path, on_error: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """The files below a folder, and the links, which are not followed. Sorted by name in each folder."""
    for folder, folders, names in os.walk(root, onerror=on_error):
        folders[:] = sorted(name for name in folders if not is_ignored(Path(folder, name)))
        for name in sorted(names + [name for name in folders if os.path.islink(os.path.join(folder, name))]):
            if not is_junk(name):
                yield Path(folder, name)


def is_ignored(path: Path) -> bool:
    """Junk and virtual environments: students have written nothing in them."""
    return is_junk(path.name) or (not os.path.islink(path) and is_environment(path))


def is_environment(folder: Path) -> bool:
    """Is this a virtual environment? A folder that cannot be read is none: whoever lists it says why."""
    return os.path.exists(folder / "pyvenv.cfg")


def _container_entry(name: str, found: os.DirEntry[str]) -> ContainerEntry:
    if found.is_symlink():
        return ContainerEntry(name, False, LINK_PROBLEM)
    return ContainerEntry(name, found.is_dir(follow_symlinks=False))


def _raise_unreadable(error: OSError) -> None:
    raise unreadable(error)


def _upload(path: Path, parts: tuple[str, ...]) -> Upload:
    def read(most: int) -> bytes:
        try:
            if path.is_symlink():
                raise Unreadable(LINK_PROBLEM)
            return read_regular_file(path, most)
        except OSError as error:
            raise unreadable(error) from None

    return Upload(path.as_posix(), parts, read)
