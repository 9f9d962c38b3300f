"""Measures `watch` in a terminal, from saving a file to reading the verdict: `python tests/bench/watch.py`."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = 0.1
ROUNDS = 15
PATIENCE = 120.0
EXERCISES = {
    "core/02-gradients-pile-up": ("x.grad.zero_()", "pass"),
    "core/11-micro-batches-with-a-mean-loss": ("/ len(batches)", ""),
}


def main() -> int:
    slowest = 0.0
    for exercise, mistake in EXERCISES.items():
        for what, seconds in measured(exercise, *mistake):
            first, *rest = seconds
            middle = statistics.median(rest)
            slowest = max(slowest, middle)
            print(
                f"save to verdict, {what:<56} {middle * 1000:6.0f} ms   the first, while it gets ready, {first * 1000:4.0f} ms",
                flush=True,
            )
    print(f"target: {TARGET * 1000:.0f} ms")
    return int(slowest > TARGET)


def measured(exercise: str, right: str, wrong: str) -> Iterator[tuple[str, list[float]]]:
    with tempfile.TemporaryDirectory() as folder:
        track, name = exercise.split("/")
        slug = name.partition("-")[2]
        shutil.copytree(ROOT / "exercises" / exercise, Path(folder, "exercises", exercise))
        file = Path(folder, "solutions", track, f"{slug.replace('-', '_')}.py")
        file.parent.mkdir(parents=True)
        solution = Path(ROOT / "exercises" / exercise / "reference.py").read_text(encoding="utf-8")
        assert right in solution
        with Session(Path(folder)) as session:
            session.read_until(b"q quit")
            saved = [(session.save(file, solution), session.save(file, solution.replace(right, wrong))) for _ in range(ROUNDS)]
    yield f"{track}/{slug}, right", [each for each, _ in saved]
    yield f"{track}/{slug}, wrong", [each for _, each in saved]


class Session:
    """One `watch` in a pseudo-terminal."""

    def __init__(self, folder: Path) -> None:
        self._terminal, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grader", "watch"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self._terminal, b"q")
        self._process.wait(PATIENCE)
        os.close(self._terminal)

    def save(self, file: Path, text: str) -> float:
        """Seconds until the page shows the new verdict."""
        started = time.perf_counter()
        file.write_text(text, encoding="utf-8")
        self.read_until(re.escape(file.name.encode()) + rb" saved.*q quit")
        return time.perf_counter() - started

    def read_until(self, pattern: bytes) -> None:
        seen = b""
        plain = b""
        while not re.search(pattern, plain, re.DOTALL):
            ready, _, _ = select.select([self._terminal], [], [], PATIENCE)
            if not ready:
                raise TimeoutError(f"{pattern!r} did not appear in {PATIENCE:.0f} s; this did: {plain!r}")
            seen += os.read(self._terminal, 65536)
            plain = re.sub(rb"\x1b\[[0-9;]*[A-Za-z]", b"", seen)


if __name__ == "__main__":
    sys.exit(main())
