"""What the cage costs a child: `python tests/bench/cage.py`. From the request for a child to its end, caged and not, in turn."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from grader.engines.conversation import Conversation
from grader.engines.zygote import Zygote

TIMES = 300
TARGET_MS = 1.5


def main() -> int:
    plain, caged = Zygote(optimizer=False), Zygote(optimizer=False, caged=True)
    try:
        for _ in range(10):
            one_child(plain), one_child(caged)
        pairs = [(one_child(plain), one_child(caged)) for _ in range(TIMES)]
    finally:
        plain.close()
        caged.close()
    without, within = (statistics.median(times) * 1e3 for times in zip(*pairs, strict=True))
    extra = statistics.median(within - without for without, within in pairs) * 1e3
    print(f"a child that says hello: {without:.2f} ms, caged {within:.2f} ms, the cage {extra:.2f} ms (target {TARGET_MS:g} ms)")
    return int(extra > TARGET_MS)


def one_child(zygote: Zygote) -> float:
    """Seconds from asking for a child until it is gone, having said that it is ready."""
    started = time.perf_counter()
    conversation = Conversation(zygote.start_child())
    conversation.greet("cpu")
    conversation.finish()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
