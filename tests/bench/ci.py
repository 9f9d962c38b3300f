"""Compares `ci` for a pull request that changes one solution with `import torch`: `python tests/bench/ci.py`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from run import ROOT, compare, line

CHANGED = "solutions/core/gradients_pile_up.py"
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.cli.main import main; main(sys.argv[1:])"


def main() -> int:
    with TemporaryDirectory() as folder:
        clone = Path(folder)
        pull_request(clone)
        row = compare(
            "python -m grader ci / import torch",
            command(clone, "-c", START, "ci", "--base", "main"),
            command(clone, "-c", "import torch"),
            times=15,
            target=1.3,
        )
    print(line(row))
    return int(row.ratio > 1.3)


def pull_request(clone: Path) -> None:
    """The whole course on `main`, and one wrong solution on a branch."""
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, clone / name)
    git(clone, "init", "-q", "-b", "main")
    git(clone, "add", "-A")
    git(clone, "commit", "-qm", "The course")
    git(clone, "checkout", "-qb", "pull-request")
    (clone / CHANGED).write_text("def solve(x):\n    (x**2).backward()\n", encoding="utf-8")
    git(clone, "commit", "-qam", "A pull request")


def git(clone: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=clone, check=True, capture_output=True)


def command(clone: Path, *arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, "-I", *arguments], cwd=clone, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
