"""Loads modules in the process that forks, so that its children do not each load them again."""

from __future__ import annotations

import contextlib
import importlib
import tempfile

import torch

# What students import: a child in the sandbox cannot read all of it any more.
_MODULES = """
    abc argparse array ast asyncio base64 bisect calendar cmath collections contextlib contextvars copy csv ctypes dataclasses
    datetime decimal difflib enum fractions functools gc glob hashlib heapq inspect io itertools json keyword locale logging
    math numbers operator os pathlib pprint queue random re reprlib secrets shutil signal statistics string struct subprocess
    sys tempfile textwrap threading time timeit tokenize traceback types typing unittest uuid warnings weakref zipfile zlib
    numpy torch.autograd torch.func torch.linalg torch.nn.functional torch.nn.utils torch.utils.checkpoint
""".split()


def load_torch(optimizer: bool) -> None:
    """One thread, one forward; with `optimizer` also what `load_optimizer` loads."""
    torch.set_num_threads(1)
    torch.nn.Linear(2, 2)(torch.ones(1, 2)).sum()
    if optimizer:
        load_optimizer()


def load_optimizer() -> None:
    """One `step()`: the first in a process imports for more than a second."""
    weight = torch.ones(2, requires_grad=True)
    weight.grad = torch.ones(2)
    torch.optim.SGD([weight], lr=0.1).step()


def load_repair() -> None:
    """What makes candidates for fixes. Only files that do not pass need it."""
    importlib.import_module("grader.worker.repair.candidates")


def load_for_sandbox() -> None:
    """The modules that students import, and what libraries read or ask for at their first use."""
    for module in _MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    with contextlib.suppress(OSError):  # there may be no folder for temporary files
        tempfile.gettempdir()
    torch.ones(1, 1) @ torch.ones(1, 1)
