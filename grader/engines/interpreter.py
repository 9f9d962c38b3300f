"""Starts a fresh interpreter for the worker: isolated, with a clean environment, and told where everything lies.

It gets this process's import path without the working directory and without an uninstalled clone of the grader, so no
`torch.py` lying there can stand in for torch; the grader itself is found by its location.
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

# -P and -s keep the working directory and the user's own packages out, as -I does; -I would also overlook PYTHONMALLOC.
FLAGS = ("-P", "-s", "-B", "-c")

# malloc with huge pages halves what a fork of a process with torch in it costs.
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

# Nearly all that an import makes stays: looking for garbage meanwhile takes a fifth of torch's. `worker.heap` turns it on again.
_BOOTSTRAP = """
import gc
gc.disable()
import importlib, importlib.util, json, sys
told = json.loads(sys.argv[1])
sys.argv = ["grader"]
sys.path[:] = told["path"]
spec = importlib.util.spec_from_file_location("grader", told["package"] + "/__init__.py")
sys.modules["grader"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
getattr(importlib.import_module(told["module"]), told["function"])(**told["arguments"])
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
    """Call `module.function(**arguments)` in a new interpreter, in a session of its own, and do not wait for it."""
    told = {"path": import_path(), "package": str(PACKAGE), "module": module, "function": function, "arguments": arguments}
    return subprocess.Popen(
        [sys.executable, *FLAGS, _BOOTSTRAP, json.dumps(told)],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        pass_fds=pass_fds,
        env=environment(),
        start_new_session=True,
    )


def environment() -> dict[str, str]:
    """A clean one: the paths and the variables that choose and find an accelerator are all that passes."""
    passed = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(DRIVER_VARIABLES)}
    return ENVIRONMENT | passed


def import_path() -> list[str]:
    """Where to import from, the standard library included; never the working directory or a clone of the grader."""
    unwanted = {Path.cwd().resolve()}
    if (PACKAGE.parent / "pyproject.toml").exists():
        unwanted.add(PACKAGE.parent)
    return [os.path.abspath(entry) for entry in sys.path if entry and Path(entry).resolve() not in unwanted]


def why(complaint: str) -> str:
    """One sentence on why the interpreter did not come up, from what it wrote to stderr."""
    last = complaint.strip().rpartition("\n")[2]
    if "No module named 'torch'" in last:
        return f"torch is not installed for {sys.executable}. Install it: {sys.executable} -m pip install torch"
    return f"the worker, a Python with torch in it, did not start: {last or 'it ended without a word'}"
