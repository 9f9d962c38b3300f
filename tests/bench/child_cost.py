"""What each measure that makes a child cheap saves: `python tests/bench/child_cost.py [ROUNDS]`.

One process per variant loads torch and forks children, each variant in turn. A child runs the reference solutions of one
exercise, then of ten. The figures are CPU seconds of the child and of the fork; the saving is the median of the ratios of
each round to the variant with everything.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

ROUNDS = 200
VARIANTS = {
    "everything": "",
    "without gc.freeze": "heap.freeze = no_op",
    "without clearing the attribute cache": "heap.clear_attribute_cache = no_op",
    "without dropping logging's locks": "heap.drop_logging_locks = no_op",
    "without filling the holes": "heap.fill_holes = no_op",
    "without huge pages": "",
    "Python's own allocator": "",
    "everything, again": "",
}
CHANGED_ENVIRONMENT = {
    "without huge pages": {"GLIBC_TUNABLES": ""},
    "Python's own allocator": {"PYTHONMALLOC": "default", "GLIBC_TUNABLES": ""},
}


def main(rounds: int) -> None:
    for exercises in (1, 10):
        with ExitStack() as opened:
            jobs = Path(opened.enter_context(tempfile.TemporaryDirectory())) / "jobs"
            jobs.write_bytes(b"".join(job_lines(exercises)))
            forkers = {name: opened.enter_context(Forker(name, jobs)) for name in VARIANTS}
            figures = [{name: forker.one_child() for name, forker in forkers.items()} for _ in range(rounds + 5)][5:]
        print(f"{exercises} exercise(s) per child, {rounds} rounds")
        for name in VARIANTS:
            ratio = statistics.median(each[name] / each["everything"] for each in figures)
            print(f"  {name:<40} {statistics.median(each[name] for each in figures) * 1e3:7.2f} ms {ratio - 1:+7.1%}", flush=True)


def job_lines(exercises: int) -> list[bytes]:
    from grader.assess.cases import draw_case, visible_case
    from grader.library import load_exercises
    from grader.protocol.jobs import case_line, hello_line, student_job, student_line

    course = [each for each in load_exercises(ROOT / "exercises") if each.kind == "write" and each.wrong and each.reference]
    lines = [hello_line("cpu")]
    for exercise in course[:exercises]:
        drawn = [visible_case(exercise), *(draw_case(exercise, "bench", number) for number in (1, 2))]
        job = student_job(exercise, exercise.reference, "s.py", [case_line(exercise, case) for case in drawn])
        lines += [student_line(job), *job.cases]
    return lines


class Forker:
    """A process of one variant, which forks a child for each line that it is sent."""

    def __init__(self, name: str, jobs: Path) -> None:
        from grader.engines.interpreter import FLAGS, worker_environment

        self._process = subprocess.Popen(
            [
                sys.executable,
                *FLAGS,
                f"import sys; sys.path[:] = {[str(Path(__file__).parent), *sys.path]}\n"
                f"import child_cost; child_cost.fork_on_demand({VARIANTS[name]!r}, {str(jobs)!r})",
            ],
            env=worker_environment() | CHANGED_ENVIRONMENT.get(name, {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Forker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()

    def one_child(self) -> float:
        self._process.stdin.write("\n")
        return float(self._process.stdout.readline())


def fork_on_demand(change: str, jobs: str) -> None:
    import gc
    import time

    gc.disable()
    from grader.worker import child, heap, limits, process_state, warm_up

    def no_op() -> None:
        pass

    exec(change, {"heap": heap, "no_op": no_op})
    warm_up.load_torch(optimizer=True)
    limits.prepare_to_fork()
    heap.settle()
    changed = process_state.watch_process()
    heap.freeze()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for _ in sys.stdin:
        begun = time.process_time()
        pid = os.fork()
        if pid == 0:
            child.main(os.open(jobs, os.O_RDONLY), nowhere, os.dup(nowhere), changed=changed, parent=os.getppid())
        _, _, usage = os.wait4(pid, 0)
        print(time.process_time() - begun + usage.ru_utime + usage.ru_stime, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
