"""Measures how the cost of grading grows: n against 2n calls, leaves and numbers, for right, wrong and hopeless programs.

    python tests/bench/linear.py [SHAPE [N]]

SHAPE is one of those of `helpers.long_exercises`; without it all are measured at their sizes in SIZES. Each measurement is a
process of its own, n and 2n in turn. Printed are medians of the CPU seconds of all processes, and of the peak memory of the
grader's own process, both above those of a tiny exercise, and the ratios (target: at most 2.2). Run nothing else meanwhile.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE.parent)]

from helpers.long_exercises import SHAPES, load_long_exercise, ready_to_grade  # noqa: E402

from grader.assess.prepared import Settings  # noqa: E402
from grader.engines.make import make_engine  # noqa: E402

SIZES = {"calls": 3000, "replayed calls": 2000, "leaves": 500, "numbers": 50_000}
TINY = {"calls": 3, "replayed calls": 3, "leaves": 30, "numbers": 3}
ROUNDS = 3  # an odd number
TARGET = 2.2


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(grade_one(sys.argv[2], int(sys.argv[3]), sys.argv[4])))
        return 0
    sizes = {sys.argv[1]: int(sys.argv[2]) if sys.argv[2:] else SIZES[sys.argv[1]]} if sys.argv[1:] else SIZES
    slower = False
    for shape, size in sizes.items():
        for student in SHAPES[shape](3)[1]:
            (tiny, tiny_peak), (one, peak), (two, peak_of_two) = in_turn(shape, student, (TINY[shape], size, 2 * size))
            time_ratio, memory_ratio = (two - tiny) / (one - tiny), (peak_of_two - tiny_peak) / max(peak - tiny_peak, 1)
            slower |= max(time_ratio, memory_ratio) > TARGET
            print(
                f"{shape:15} {student:20} {size:6} → {2 * size:6}   "
                f"{one - tiny:6.2f} s → {two - tiny:6.2f} s: {time_ratio:4.2f}   "
                f"{peak - tiny_peak:4.0f} MB → {peak_of_two - tiny_peak:4.0f} MB: {memory_ratio:4.2f}",
                flush=True,
            )
    return int(slower)


def in_turn(shape: str, student: str, sizes: tuple[int, ...]) -> list[tuple[float, float]]:
    """For each size the medians of CPU seconds and peak megabytes."""
    found: dict[int, list[list[float]]] = {size: [] for size in sizes}
    for _ in range(ROUNDS):
        for size in sizes:
            command = [sys.executable, __file__, "--one", shape, str(size), student]
            done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1800)
            found[size].append(json.loads(done.stdout))
    return [tuple(map(statistics.median, zip(*found[size], strict=True))) for size in sizes]  # type: ignore[misc]


def grade_one(shape: str, size: int, student: str) -> tuple[float, float]:
    """The CPU seconds of this process and its children, and the peak megabytes of this one, for grading one submission.

    Preparing the exercise is not part of the time: a class pays for it once.
    """
    with tempfile.TemporaryDirectory() as folder:
        exercise, students = load_long_exercise(shape, size, Path(folder))
    with closing(make_engine("cpu")) as engine:
        grade = ready_to_grade(exercise, students[student], engine, Settings("bench", 2))
        before = _own_seconds()
        grade()
        own = _own_seconds() - before
    children = resource.getrusage(resource.RUSAGE_CHILDREN)  # preparing is in it, once more than the student's three cases
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return own + children.ru_utime + children.ru_stime, peak


def _own_seconds() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


if __name__ == "__main__":
    sys.exit(main())
