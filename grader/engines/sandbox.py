"""What the parent process knows of the sandbox: where it works, and what to say where it does not."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from grader.errors import UsageError

_WITHOUT_SANDBOX = "`--sandbox none` runs code with all your rights: use it only for code that you trust."


def require_fork(start_method: str | None) -> None:
    """Raises UsageError where children are not forked: only a process that has loaded torch can restrict its children."""
    if sys.platform != "linux" or start_method == "spawn":
        raise UsageError(f"`--sandbox full` needs Linux and forked children. {_WITHOUT_SANDBOX}")


def require_all_layers(proof: Mapping[str, str]) -> None:
    """Raises UsageError if a layer did not refuse everything that it has to refuse."""
    missing = [f"{layer} ({got_through})" for layer, got_through in proof.items() if got_through]
    if missing:
        raise UsageError(
            f"`--sandbox full` does not work on this machine. Missing: {', '.join(missing)}. It needs Linux 5.13 or newer with"
            f" Landlock and seccomp, on x86_64 or aarch64. {_WITHOUT_SANDBOX}"
        )
