"""Starts a fresh interpreter for the worker: isolated, with a clean environment.

It receives this process's import path without the working directory and without a clone of the grader, so no `torch.py`
in one of them can replace torch. The location of the grader itself is passed along.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from grader.devices import DRIVER_VARIABLES

Stream: TypeAlias = Any

PACKAGE = Path(__file__).resolve().parent.parent

# -P and -s keep out the working directory and the user's own packages, as -I does; -I would also ignore PYTHONMALLOC.
FLAGS = ("-P", "-s", "-B", "-c")

# Only malloc has huge pages, which save most of a fork. Without them a child of one exercise costs 18.8 ms of CPU instead of
# 8.7 ms, a child of ten exercises 34 ms instead of 27 ms (2026-11-30, `python tests/bench/child_cost.py 200`).
ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")

# Nearly everything that an import creates stays, so garbage collection would only slow it down: `import torch` costs 1.49 s of
# CPU with it and 1.27 s without (2026-11-30, medians of 9 alternating runs). `worker.heap` turns it on again.
_BOOTSTRAP = """
import gc
gc.disable()
import importlib, importlib.util, json, sys
start = json.loads(sys.argv[1])
sys.argv = ["grader"]
sys.path[:] = start["path"]
spec = importlib.util.spec_from_file_location("grader", start["package"] + "/__init__.py")
sys.modules["grader"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
getattr(importlib.import_module(start["module"]), start["function"])(**start["arguments"])
"""


def start(
    module: str,
    function: str,
    arguments: dict[str, Any],
    *,
    stdin: Stream,
    stdout: Stream,
    stderr: Stream,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Call `module.function(**arguments)` in a new interpreter, in a process session of its own. Does not wait."""
    instructions = {
        "path": import_path(),
        "package": str(PACKAGE),
        "module": module,
        "function": function,
        "arguments": arguments,
    }
    return subprocess.Popen(
        [sys.executable, *FLAGS, _BOOTSTRAP, json.dumps(instructions)],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        pass_fds=pass_fds,
        env=worker_environment(),
        start_new_session=True,
    )


def worker_environment() -> dict[str, str]:
    """ENVIRONMENT, and from this process only the paths and the variables that choose and find an accelerator."""
    passed = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(DRIVER_VARIABLES)}
    return ENVIRONMENT | passed


def import_path() -> list[str]:
    """The import path, with the standard library; never the working directory or a clone of the grader."""
    unwanted = {Path.cwd().resolve()}
    if (PACKAGE.parent / "pyproject.toml").exists():
        unwanted.add(PACKAGE.parent)
    return [os.path.abspath(entry) for entry in sys.path if entry and Path(entry).resolve() not in unwanted]


def why_not_started(stderr: str) -> str:
    """One sentence on why the interpreter did not start, from what it wrote to stderr."""
    last = stderr.strip().rpartition("\n")[2]
    if "No module named 'torch'" in last:
        return f"torch is not installed for {sys.executable}. Install it: {sys.executable} -m pip install torch"
    return f"the worker process, which runs torch, did not start: {last or 'it ended without an error message'}"
