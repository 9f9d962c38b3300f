"""The grader as a package that can be copied: its files, its licence and its requirements."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from grader.errors import UsageError

_NAME = "autograd-grader"
PACKAGE = Path(__file__).resolve().parents[1]


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
        """The path in the package and the content of each file, and of the licence."""
        for file in sorted(PACKAGE.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc":
                yield file.relative_to(PACKAGE).as_posix(), file.read_bytes()
        yield "LICENSE", self.license.encode()


def own_package() -> OwnPackage:
    """Read from the clone, or else from the installation. Raises UsageError if there is neither, as in a students' edition."""
    clone = PACKAGE.parent
    try:
        if (clone / "pyproject.toml").is_file():
            return _from_clone(clone)
        return _from_installation(distribution(_NAME))
    except (PackageNotFoundError, OSError, KeyError):
        raise UsageError(
            f"The requirements of the grader in {clone} are not known. Export with an installed grader or from a clone."
        ) from None


def _from_clone(clone: Path) -> OwnPackage:
    project = tomllib.loads((clone / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    license = (clone / "LICENSE").read_text(encoding="utf-8")
    return OwnPackage(tuple(project["dependencies"]), _oldest_version(project["requires-python"]), license)


def _from_installation(found: Distribution) -> OwnPackage:
    requirements = [each for each in found.requires or () if "extra ==" not in each]
    license = found.read_text("licenses/LICENSE")
    if license is None:
        raise KeyError("LICENSE")
    return OwnPackage(tuple(requirements), _oldest_version(found.metadata["Requires-Python"]), license)


def _oldest_version(versions: str) -> str:
    return versions.removeprefix(">=")
