"""The least that a batch can cost: torch is loaded once; each submission is forked, runs without a tracer, and is reaped.

Reads {"submissions", "threads", "jobs": [{"source", "function", "parameters", "cases"}]} as JSON and prints the seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from grader.worker.build import build


def main() -> None:
    work = json.load(sys.stdin)
    torch.set_num_threads(1)
    if any("optim" in job["source"] or any(case["optimizers"] for case in job["cases"]) for job in work["jobs"]):
        weight = torch.ones(1, requires_grad=True)
        weight.grad = torch.ones(1)
        torch.optim.SGD([weight], lr=0.1).step()
    started = time.perf_counter()
    running = 0
    for _ in range(work["submissions"]):
        if running == work["threads"]:
            reap()
            running -= 1
        fork(work["jobs"])
        running += 1
    for _ in range(running):
        reap()
    print(time.perf_counter() - started)


def fork(jobs: list[dict]) -> None:
    if os.fork() == 0:
        try:
            for job in jobs:
                for case in job["cases"]:
                    run(job, case)
        except BaseException as error:
            print(f"{job['source']}\n{error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)


def run(job: dict, case: dict) -> None:
    module: dict = {}
    exec(compile(job["source"], "solution.py", "exec"), module)
    world = build(case, "cpu")
    module[job["function"]](*(world.names[name] for name in job["parameters"]))


def reap() -> None:
    _, status = os.wait()
    assert status == 0, "a submission of the floor failed"


if __name__ == "__main__":
    main()
