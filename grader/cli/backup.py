"""Moves a file aside before another takes its place; no earlier backup is ever written over."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, which is slow to import
if TYPE_CHECKING:
    from pathlib import Path


def put_aside(path: Path) -> list[str]:
    """Rename the file, if there is one, to NAME.bak, or .bak.1, .bak.2 …; say so. Raises OSError."""
    if not path.exists():
        return []
    kept = _free_name(path)
    path.rename(kept)
    return [f"{path} is now {kept.name}."]


def _free_name(path: Path) -> Path:
    backup = path.with_name(f"{path.name}.bak")
    number = 0
    while backup.exists():
        number += 1
        backup = path.with_name(f"{path.name}.bak.{number}")
    return backup
