"""Measures a child with and without the sandbox, in turn, from the request to its end: `python tests/bench/sandbox.py`."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from grader.engines.conversation import Conversation
from grader.engines.zygote import ZygoteClient

TIMES = 300
TARGET_MS = 1.5


def main() -> int:
    plain, sandboxed = ZygoteClient(optimizer=False), ZygoteClient(optimizer=False, sandboxed=True)
    try:
        for _ in range(10):
            one_child(plain), one_child(sandboxed)
        pairs = [(one_child(plain), one_child(sandboxed)) for _ in range(TIMES)]
    finally:
        plain.close()
        sandboxed.close()
    for what, place in (("from the request to the end", 0), ("of CPU time in the child", 1)):
        without, within = ([each[place] * 1e3 for each in times] for times in zip(*pairs, strict=True))
        extra = statistics.median(sandboxed - plain for plain, sandboxed in zip(without, within, strict=True))
        medians = f"{statistics.median(without):.2f} ms, sandboxed {statistics.median(within):.2f} ms"
        print(f"{what}: {medians}, the sandbox costs {extra:.2f} ms (target {TARGET_MS:g} ms)")
    return int(extra > TARGET_MS)


def one_child(zygote: ZygoteClient) -> tuple[float, float]:
    """A child that says hello and is ended: the seconds that pass, and its CPU seconds."""
    started = time.perf_counter()
    conversation = Conversation(zygote.start_child())
    conversation.greet("cpu")
    exit = conversation.finish()
    return time.perf_counter() - started, exit.cpu_seconds


if __name__ == "__main__":
    sys.exit(main())
