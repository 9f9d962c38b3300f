"""Measures what one student who forges bulk costs the grader's own process: `python tests/bench/forged.py [ROUNDS]`.

Each student of the list is a class of their own, in a process of its own. The figures are ratios to a right submission: CPU
time and peak memory of the process that grades, without the children.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from grader import library  # noqa: E402

ATTACKS = (
    "forged-numbers-by-the-million",
    "forged-text-by-the-megabyte",
    "ten-thousand-forged-facts",
    "a-forged-line-of-a-million-mistakes",
    "a-forged-gradient-of-a-hundred-thousand-numbers",
    "a-forged-start-with-a-thousand-leaves",
    "ten-megabytes-of-output",
    "three-hundred-calls",
)
EXERCISE = "core/gradients-pile-up"
RIGHT = "def solve(x):\n    (x**2).backward()\n    (x**3).backward()\n    x.grad.zero_()\n    (x**2 + x).backward()\n"


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        return one(Path(sys.argv[2]))
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    sources = {"a right submission": RIGHT}
    sources |= {name: (ROOT / "tests/corpora/attacks" / name / "student.py").read_text(encoding="utf-8") for name in ATTACKS}
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in sources}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for name, source in sources.items():
                path = Path(folder) / f"{number} {name}" / "in/ana/core/gradients_pile_up.py"
                path.parent.mkdir(parents=True)
                path.write_text(source, encoding="utf-8")
                figures[name].append(measured(path.parents[3]))
    right = medians(figures["a right submission"])
    for name, pairs in figures.items():
        seconds, memory = medians(pairs)
        print(f"{name:50} {seconds:6.2f} s of CPU ({seconds / right[0]:5.1f} ×), {memory:6.0f} MB ({memory / right[1]:4.1f} ×)")
    return 0


def measured(folder: Path) -> tuple[float, float]:
    command = [sys.executable, __file__, "--one", str(folder)]
    seconds, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(memory)


def one(folder: Path) -> int:
    """Grade one class, and print the CPU seconds and the megabytes of this process."""
    library.batch(folder / "in", folder / "out", exercises=ROOT / "exercises", select=[EXERCISE], seed="s")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    return 0


def medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


if __name__ == "__main__":
    sys.exit(main())
