"""Measures what a diagnosis costs: `python tests/bench/diagnosing.py`. Run nothing else meanwhile.

The mutants of an exercise are computed once for a class, in at most 0.5 s. Then each failing submission may cost 20 ms in
addition to its runs: those of the submission, and those of the reference.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from helpers.python_source import python_source  # noqa: E402

from grader.assess import assess_submission  # noqa: E402
from grader.assess.diagnosis import Diagnostician  # noqa: E402
from grader.assess.prepared import Settings  # noqa: E402
from grader.assess.session import GradingSession  # noqa: E402
from grader.engines.local import LocalEngine  # noqa: E402
from grader.library import load_exercises  # noqa: E402
from grader.records.submission import SolutionFile, Submission  # noqa: E402

MUTANTS_TARGET, FAILING_TARGET = 0.5, 0.020
EXERCISES = (
    "core/gradients-pile-up",
    "core/micro-batches-with-a-mean-loss",
    "core/five-micro-batches-in-windows-of-two",
    "core/two-optimizers",
    "core/capstone-accumulate-clip-step-twice",
    "pixels/the-forger-and-the-judge",
)


class TimedEngine(LocalEngine):
    """Adds up the seconds of the reference runs and replays."""

    spent = 0.0

    def run_reference(self, job):  # type: ignore[no-untyped-def]
        return self._timed(super().run_reference, job)

    def run_replays(self, job):  # type: ignore[no-untyped-def]
        return self._timed(super().run_replays, job)

    def _timed(self, perform, job):  # type: ignore[no-untyped-def]
        begun = time.perf_counter()
        try:
            return perform(job)
        finally:
            self.spent += time.perf_counter() - begun


def main() -> int:
    course = {exercise.id: exercise for exercise in load_exercises(ROOT / "exercises")}
    engine = TimedEngine(device="cpu", optimizer=True)
    too_slow = False
    for name in EXERCISES:
        known, failing, runs = measure(engine, course[name])
        too_slow |= known > MUTANTS_TARGET or failing > FAILING_TARGET
        print(
            f"{name:45} mutants {known * 1e3:5.0f} ms (target {MUTANTS_TARGET * 1e3:.0f})   "
            f"a failing submission {failing * 1e3:5.1f} ms (target {FAILING_TARGET * 1e3:.0f}), and {runs * 1e3:5.1f} ms in runs",
            flush=True,
        )
    engine.close()
    return int(too_slow)


def measure(engine, exercise) -> tuple[float, float, float]:  # type: ignore[no-untyped-def]
    """Medians in seconds: computing the mutants; a diagnosis of each `wrong` without its reference runs; these runs."""
    session = GradingSession(engine, Settings("bench"))
    session.prepare([exercise])
    prepared = session.diagnostician(exercise).prepared
    known = [_timed(lambda: Diagnostician(prepared, engine, session.settings).mutants) for _ in range(5)]
    found = [
        assessed for wrong in exercise.wrong for assessed in _graded(session, exercise, python_source(exercise, wrong.steps))
    ]
    diagnostician = session.diagnostician(exercise)
    own, runs = [], []
    for _ in range(5):
        for each in found:
            engine.spent = 0.0
            took = _timed(lambda each=each: diagnostician.diagnose(each.grade, each.traces))
            own.append(took - engine.spent)
            runs.append(engine.spent)
    return statistics.median(known), statistics.median(own), statistics.median(runs)


def _graded(session, exercise, source: str) -> Iterator:  # type: ignore[no-untyped-def,type-arg]
    file = SolutionFile(exercise.solution_path, source)
    return assess_submission([exercise], Submission("student", {exercise.id: file}), session)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
