"""Measures the targets of this project: `python tests/bench/run.py`. Each is a ratio of two things measured in turn.

A slow machine does not change a median of ratios, but a busy one does: run nothing else meanwhile.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Row:
    """`ours` and `floor` are medians in seconds, `ratio` the median of the ratios of each pair."""

    what: str
    ours: float
    floor: float
    ratio: float
    target: float | None


def main() -> int:
    rows: list[Row] = []
    for measure in (grading_the_solutions, printing_help, tracing, one_more_submission):
        for row in measure():
            rows.append(row)
            print(line(row), flush=True)
    return int(any(row.target is not None and row.ratio > row.target for row in rows))


def grading_the_solutions() -> Iterator[Row]:
    yield compare(
        "python -m grader / import torch",
        command(sys.executable, "-m", "grader"),
        command(sys.executable, "-c", "import torch"),
        times=15,
        target=1.25,
    )


def printing_help() -> Iterator[Row]:
    yield compare(
        "--help / a one-file argparse program's",
        command(sys.executable, "-m", "grader", "--help"),
        command(sys.executable, str(HERE / "one_file.py"), "--help"),
        times=40,
        target=1.3,
    )


def tracing() -> Iterator[Row]:
    """In a process of its own, because this one does not load torch."""
    for leaves, target in ((1, 2.0), (10, 4.0)):
        timed = [sys.executable, str(HERE / "tracing.py"), str(leaves)]
        triples = json.loads(subprocess.run(timed, cwd=ROOT, check=True, capture_output=True).stdout)
        yield summarize(f"traced / pass-through mode, leaves: {leaves}", [(one, floor) for one, _, floor in triples], target)
        yield summarize(f"  and sent as JSON, leaves: {leaves}", [(one, floor) for _, one, floor in triples], None)


def one_more_submission() -> Iterator[Row]:
    """From one finished submission to the next in one run, compared with a fork of a zygote that does nothing."""
    from grader.assess import assess
    from grader.assess.prepared import Settings
    from grader.assess.session import GradingSession
    from grader.engines.make import make_engine
    from grader.engines.zygote import ZygoteClient
    from grader.library import load_exercises
    from grader.records.events import SubmissionFinished
    from grader.records.result import RunInfo
    from grader.reports.results import describe
    from grader.submissions.submission_from_paths import submission_from_paths

    exercises = load_exercises(ROOT / "exercises")
    submission = submission_from_paths("worked examples", [ROOT / "solutions"], exercises)
    info = RunInfo(grader="bench", torch="", device="cpu", sandbox="none", seed="bench")
    engine, zygote = make_engine("cpu"), ZygoteClient(optimizer=False)
    pairs = []
    try:
        started = time.perf_counter()
        for event in assess(exercises, [submission] * 60, GradingSession(engine, Settings("bench")), lambda: info, describe):
            if isinstance(event, SubmissionFinished):
                pairs.append((time.perf_counter() - started, seconds(lambda: zygote.start_child().finish())))
                started = time.perf_counter()
    finally:
        engine.close()
        zygote.close()
    yield summarize("one more submission / one bare fork", pairs[5:], None)


def compare(what: str, ours: Callable[[], object], floor: Callable[[], object], *, times: int, target: float | None) -> Row:
    ours(), floor()
    return summarize(what, [(seconds(ours), seconds(floor)) for _ in range(times)], target)


def summarize(what: str, pairs: list[tuple[float, float]], target: float | None) -> Row:
    ours, floor = (statistics.median(values) for values in zip(*pairs, strict=True))
    return Row(what, ours, floor, statistics.median(one / other for one, other in pairs), target)


def command(*arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run(arguments, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def seconds(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def line(row: Row) -> str:
    target = "" if row.target is None else f"target {row.target:g}" + ("" if row.ratio <= row.target else "  MISSED")
    return f"{row.what:<44} {row.ours * 1e3:9.2f} ms {row.floor * 1e3:9.2f} ms {row.ratio:6.2f} ×  {target}"


if __name__ == "__main__":
    sys.exit(main())
