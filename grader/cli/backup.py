"""Keeps the old version of a file as a backup, `NAME.bak`. An earlier backup is never overwritten."""

from __future__ import annotations

from pathlib import Path


def rename_to_backup(path: Path) -> list[str]:
    """Rename the file to NAME.bak, .bak.1, .bak.2 …, and return the sentence that says so; none if there is no file.

    Raises OSError.
    """
    if not path.exists():
        return []
    backup = _free_name(path)
    path.rename(backup)
    return [f"Renamed {path} to {backup.name}."]


def _free_name(path: Path) -> Path:
    backup = path.with_name(f"{path.name}.bak")
    number = 0
    while backup.exists():
        number += 1
        backup = path.with_name(f"{path.name}.bak.{number}")
    return backup
