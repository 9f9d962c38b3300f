"""Measures the batch, in turn with its floor: `python tests/bench/batch.py [SUBMISSIONS [MANY]]`.

Each round grades SUBMISSIONS (120); resuming and memory are measured with MANY (1000). Run nothing else meanwhile.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from helpers.python_source import python_source  # noqa: E402

from grader import library  # noqa: E402
from grader.assess.cases import draw_case, visible_case  # noqa: E402
from grader.assess.diagnosis import Diagnostician  # noqa: E402
from grader.engines.local import LocalEngine  # noqa: E402
from grader.engines.make import make_engine  # noqa: E402
from grader.errors import UsageError  # noqa: E402
from grader.protocol.jobs import setup_document  # noqa: E402
from grader.records.case import Case  # noqa: E402
from grader.records.events import BatchSubmission  # noqa: E402
from grader.records.exercise import Exercise  # noqa: E402

EXERCISES = 10
ROUNDS = 9  # a median of three, or of shorter rounds, moved by a tenth from run to run
CORES = len(os.sched_getaffinity(0))


def main() -> int:
    if sys.argv[1:2] == ["--peak"]:
        return peak(Path(sys.argv[2]), sys.argv[3])
    given = [int(each) for each in sys.argv[1:]]
    submissions, many = (*given, *(120, 1000)[len(given) :])
    exercises = some_exercises()
    sandbox = available()
    print(f"{EXERCISES} exercises, {submissions} submissions, sandbox {sandbox}, {CORES} cores")
    with tempfile.TemporaryDirectory() as folder:
        for share, target in ((0.0, 1.5), (0.3, 6.0)):
            against_the_floor(exercises, Path(folder) / f"wrong {share}", submissions, share, sandbox, target)
        resuming(exercises, Path(folder) / "many", many, sandbox)
        memory(exercises, Path(folder), many, sandbox)
    return 0


def some_exercises() -> list[Exercise]:
    return [each for each in library.load_exercises(ROOT / "exercises") if each.kind == "write" and each.wrong][:EXERCISES]


def available() -> str:
    try:
        with closing(make_engine("cpu", sandbox="full")) as engine:
            assert engine.torch_version
    except UsageError as error:
        print(f"without a sandbox: {error}")
        return "none"
    return "full"


def against_the_floor(
    exercises: Sequence[Exercise], folder: Path, submissions: int, share: float, sandbox: str, target: float
) -> None:
    write_submissions(exercises, folder / "in", submissions, share)
    pairs, busy = [], []
    parts = Parts()
    for number in range(ROUNDS):
        with parts:
            one, cores = seconds_each(exercises, folder / "in", folder / f"out {number}", sandbox)
        pairs.append((one, floor(exercises, submissions)))
        busy.append(cores)
    ours, least = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(
        f"{share:4.0%} wrong: {ours * 1e3:7.1f} ms a submission, floor {least * 1e3:6.1f} ms, {ratio:5.2f} × (target {target}), "
        f"cores busy {statistics.median(busy):.0%}{parts.text(ROUNDS * submissions)}",
        flush=True,
    )


class Parts:
    """While entered, adds up what a failure costs, in seconds of the threads that grade: a failing exercise runs again alone
    and is diagnosed. The runs of the reference that a diagnosis needs, such as a replay, count separately."""

    def __init__(self) -> None:
        self.seconds = {"confirmation": 0.0, "diagnosis": 0.0, "reference runs": 0.0}
        self.in_diagnosis = threading.local()
        self.patched = ExitStack()

    def __enter__(self) -> None:
        run, diagnose = LocalEngine.run_students, Diagnostician.diagnose

        def run_students(engine, jobs):  # type: ignore[no-untyped-def]
            if len(jobs) > 1:
                return run(engine, jobs)
            with self.timed("confirmation"):
                return iter(list(run(engine, jobs)))

        def diagnosed(*arguments):  # type: ignore[no-untyped-def]
            self.in_diagnosis.now = True
            try:
                with self.timed("diagnosis"):
                    return diagnose(*arguments)
            finally:
                self.in_diagnosis.now = False

        def timed_in_diagnosis(method):  # type: ignore[no-untyped-def]
            def referred(*arguments):  # type: ignore[no-untyped-def]
                if not getattr(self.in_diagnosis, "now", False):
                    return method(*arguments)
                with self.timed("reference runs", of="diagnosis"):
                    return method(*arguments)

            return referred

        self.patched.enter_context(mock.patch.object(LocalEngine, "run_students", run_students))
        self.patched.enter_context(mock.patch.object(Diagnostician, "diagnose", diagnosed))
        for name in ("run_reference", "run_replays"):
            self.patched.enter_context(mock.patch.object(LocalEngine, name, timed_in_diagnosis(getattr(LocalEngine, name))))

    def __exit__(self, *_: object) -> None:
        self.patched.close()

    @contextmanager
    def timed(self, part: str, of: str = "") -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - began
            self.seconds[part] += seconds
            if of:
                self.seconds[of] -= seconds

    def text(self, submissions: int) -> str:
        each = {part: seconds / submissions * 1e3 for part, seconds in self.seconds.items()}
        return "".join(f", {part} {each[part]:.1f} ms" for part in each if each[part])


def write_submissions(exercises: Sequence[Exercise], folder: Path, submissions: int, share: float) -> None:
    """In every submission the same share of the exercises is wrong, each time other exercises and other mistakes."""
    for number in range(submissions):
        for place, exercise in enumerate(exercises):
            is_wrong = (place + number) % EXERCISES < share * EXERCISES
            wrong = exercise.wrong[number % len(exercise.wrong)]
            path = folder / f"student {number:05}" / exercise.solution_path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(python_source(exercise, wrong.steps) if is_wrong else reference(exercise), encoding="utf-8")


def reference(exercise: Exercise) -> str:
    return exercise.reference or python_source(exercise, exercise.steps)


def seconds_each(exercises: Sequence[Exercise], submissions: Path, out: Path, sandbox: str) -> tuple[float, float]:
    """From the first verdict to the last: seconds per submission, and the share of the cores that were busy."""
    verdicts: list[tuple[float, float]] = []

    def listen(event: object) -> None:
        if isinstance(event, BatchSubmission):
            verdicts.append((time.perf_counter(), idle_seconds()))

    library.batch(submissions, out, exercises=exercises, sandbox=sandbox, listeners=[listen])  # type: ignore[arg-type]
    (began, idle), (ended, idle_then) = verdicts[0], verdicts[-1]
    return (ended - began) / (len(verdicts) - 1), 1 - (idle_then - idle) / (ended - began) / (os.cpu_count() or 1)


def idle_seconds() -> float:
    """Idle and iowait of all cores together since the machine started, see proc_stat(5)."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")


def floor(exercises: Sequence[Exercise], submissions: int) -> float:
    jobs = [
        {
            "source": reference(each),
            "function": each.function,
            "parameters": each.parameters,
            "cases": [setup_document(each.setup, case.tensors) for case in drawn(each)],
        }
        for each in exercises
    ]
    work = json.dumps({"submissions": submissions, "threads": CORES, "jobs": jobs})
    command = [sys.executable, str(HERE / "floor.py")]
    done = subprocess.run(command, input=work, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1]) / submissions


def drawn(exercise: Exercise) -> Iterator[Case]:
    yield visible_case(exercise)
    for number in range(1, exercise.hidden + 1 if exercise.setup.tensors else 1):
        yield draw_case(exercise, "bench", number)


def resuming(exercises: Sequence[Exercise], folder: Path, submissions: int, sandbox: str) -> None:
    write_submissions(exercises, folder / "in", submissions, 0.0)
    ids = [part for each in exercises for part in ("--exercise", each.id)]
    paths = [str(folder / "in"), "--out", str(folder / "out")]
    command = [
        sys.executable,
        "-m",
        "grader",
        "batch",
        *paths,
        "--exercises",
        str(ROOT / "exercises"),
        "--sandbox",
        sandbox,
        *ids,
    ]
    for what in ("graded", "finished already"):
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        print(f"a batch of {submissions}, {what}: {time.perf_counter() - began:.2f} s", flush=True)


def memory(exercises: Sequence[Exercise], folder: Path, many: int, sandbox: str) -> None:
    """The peak memory of the parent process with few and with many submissions, each in a process of its own."""
    peaks = []
    for submissions in (100, many):
        given = folder / f"peak {submissions}"
        write_submissions(exercises, given / "in", submissions, 0.1)
        command = [sys.executable, __file__, "--peak", str(given), sandbox]
        peaks.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    print(f"parent's peak: {peaks[0]:.1f} MB for 100 submissions, {peaks[1] - peaks[0]:+.1f} MB for {many} (target + 50 MB)")


def peak(given: Path, sandbox: str) -> int:
    library.batch(given / "in", given / "out", exercises=some_exercises(), sandbox=sandbox)  # type: ignore[arg-type]
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return 0


if __name__ == "__main__":
    sys.exit(main())
