"""Measures what a failing exercise costs, its fix included: `python tests/bench/repairing.py [EVERY]`.

The CPU time of the grader and of its processes, for every program (or every EVERYth) of the corpora with one and with two
mistakes that does not pass: running, marking, diagnosing, and looking for a fix. Run nothing else meanwhile.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from helpers.corpora import cases_in  # noqa: E402

from grader.assess import assess_submission  # noqa: E402
from grader.assess.prepared import Settings  # noqa: E402
from grader.assess.session import GradingSession  # noqa: E402
from grader.engines.local import LocalEngine  # noqa: E402
from grader.library import load_exercises  # noqa: E402
from grader.records.submission import SolutionFile, Submission  # noqa: E402

MEDIAN_TARGET, P95_TARGET = 0.150, 1.0


def cpu_seconds() -> float:
    """Of this process, and of all processes that it started and that have not ended before it asks, with their children."""
    total = time.process_time()
    ticks = 100
    for child in Path(f"/proc/self/task/{Path('/proc/thread-self').resolve().name}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15])) / ticks
    return total


def main() -> int:
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    course = {exercise.id: exercise for exercise in load_exercises(ROOT / "exercises")}
    engine = LocalEngine(device="cpu", optimizer=True)
    session = GradingSession(engine, Settings("bench"))
    costs, repaired = [], 0
    for case in [case for corpus in ("one-mistake", "two-mistakes") for case in cases_in(corpus)][::every]:
        exercise = course[case.expect["exercise"]]
        if case.expect["verdict"] == "passed" or exercise.kind == "predict":
            continue
        session.get_ready(exercise)
        submission = Submission("student", {exercise.id: SolutionFile(exercise.solution_path, case.source)})
        begun = cpu_seconds()
        (assessed,) = assess_submission([exercise], submission, session)
        costs.append(cpu_seconds() - begun)
        repaired += any(finding.repair for finding in assessed.findings)
    engine.close()
    costs.sort()
    median, p95 = statistics.median(costs), costs[int(0.95 * len(costs))]
    print(
        f"{len(costs)} programs that do not pass, {repaired} with a fix: median {median * 1e3:.0f} ms of CPU "
        f"(target {MEDIAN_TARGET * 1e3:.0f}), p95 {p95 * 1e3:.0f} ms (target {P95_TARGET * 1e3:.0f}), "
        f"at most {costs[-1] * 1e3:.0f} ms"
    )
    return int(median > MEDIAN_TARGET or p95 > P95_TARGET)


if __name__ == "__main__":
    sys.exit(main())
