"""What the parent must know of the cage: whether there can be one here, and what to say where there cannot."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from grader.errors import UsageError

_OTHERWISE = "`--sandbox none` runs everything as it is: only for code that you trust."


def sandbox_device(device: str) -> str:
    """The device to use in a cage: the CPU. Raises UsageError for any other that is asked for by name."""
    if device not in ("auto", "cpu"):
        raise UsageError(
            f"`--device {device}` cannot be caged: an accelerator needs threads, device files and memory that `--sandbox full`"
            f" takes away. Use `--device cpu`. {_OTHERWISE}"
        )
    return "cpu"


def prove() -> Mapping[str, str]:
    """For each layer of the cage what it did not refuse a child that tried, or "". Raises UsageError, EngineError."""
    from grader.engines.zygote import ZygoteClient  # which asks here what to say of its own cage

    require_fork(None)
    zygote = ZygoteClient(optimizer=False, sandboxed=True)
    try:
        return zygote.sandbox()
    finally:
        zygote.close()


def require_fork(start_method: str | None) -> None:
    """Raises UsageError where children are not forked: only a process that has loaded torch can shut its children in."""
    if sys.platform != "linux" or start_method == "spawn":
        raise UsageError(f"`--sandbox full` needs Linux, and children that are forked. {_OTHERWISE}")


def require_all(proof: Mapping[str, str]) -> None:
    """Raises UsageError with what is missing, if a layer did not refuse what it is there for."""
    missing = [f"{layer} ({got_through})" for layer, got_through in proof.items() if got_through]
    if missing:
        raise UsageError(
            f"`--sandbox full` cannot be had here; missing: {', '.join(missing)}. It takes Linux 5.13 or newer with Landlock and"
            f" seccomp, on x86_64 or aarch64. {_OTHERWISE}"
        )
