"""The grader as a package that can be handed on: its files, its licence and what it needs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from grader.errors import UsageError

_NAME = "autograd-grader"
_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class OwnPackage:
    requirements: tuple[str, ...]
    python: str
    license: str

    def copy_to(self, folder: Path) -> None:
        """Write the package and its licence into `folder/grader`."""
        for name, content in self.files():
            file = folder / "grader" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The files of the package and its licence, each by its path in the package."""
        for file in sorted(_PACKAGE.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc":
                yield file.relative_to(_PACKAGE).as_posix(), file.read_bytes()
        yield "LICENSE", self.license.encode()


def own_package() -> OwnPackage:
    """As a clone says, or else the installation. Raises UsageError where neither is there, as in a student's edition."""
    clone = _PACKAGE.parent
    try:
        if (clone / "pyproject.toml").is_file():
            return _of_clone(clone)
        return _of_installation(distribution(_NAME))
    except (PackageNotFoundError, OSError, KeyError):
        raise UsageError(f"What the grader needs is not known in {clone}: export with an installed grader, or a clone.") from None


def _of_clone(clone: Path) -> OwnPackage:
    project = tomllib.loads((clone / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    license = (clone / "LICENSE").read_text(encoding="utf-8")
    return OwnPackage(tuple(project["dependencies"]), _oldest(project["requires-python"]), license)


def _of_installation(found: Distribution) -> OwnPackage:
    needed = [each for each in found.requires or () if "extra ==" not in each]
    license = found.read_text("licenses/LICENSE")
    if license is None:
        raise KeyError("LICENSE")
    return OwnPackage(tuple(needed), _oldest(found.metadata["Requires-Python"]), license)


def _oldest(versions: str) -> str:
    return versions.removeprefix(">=")
