"""The only place that makes engines.

Tests that lend an engine replace `LocalEngine` here: every command, the library and the pytest plug-in then use theirs.
"""

from __future__ import annotations

from grader.devices import AUTO
from grader.engines import Engine, SandboxMode
from grader.engines.local import LocalEngine


def make_engine(device: str = AUTO, *, sandbox: SandboxMode = "none", optimizer: bool = False) -> Engine:
    """An engine that begins to load torch at once; its caller closes it. See `LocalEngine`."""
    return LocalEngine(device, sandbox=sandbox, optimizer=optimizer)
