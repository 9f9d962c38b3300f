"""Which modules could change more than their own objects, judged by the names in their code."""

from pathlib import Path

import pytest
from helpers.corpora import cases_in
from hypothesis import given
from hypothesis import strategies as st

from grader.worker.isolation import lasting_name

ROOT = Path(__file__).parent.parent.parent

INNOCENT = {
    "attributes of tensors": "def solve(x):\n    x.grad = None\n    x.data = x * 2\n    x.requires_grad = False\n    del x.grad",
    "imports": "import math, numpy as np\nimport torch.nn.functional as F\nfrom torch.optim import SGD\nfrom torch import nn",
    "a class": "class Net:\n    n: int = 0\n    def __init__(self):\n        super().__init__()\n    def __call__(self): pass",
    "a private function": "def _half(x): return x / 2\nfor _ in range(3): _half(_)",
    "modes that end": "import torch\ndef solve(x):\n    with torch.no_grad(), torch.enable_grad(): x.zero_()",
    "methods with an underscore": "def solve(x):\n    x.grad.zero_()\n    x.retain_grad()\n    x.register_hook(lambda g: g)",
    "a default and a comprehension": "def solve(x, n=[i for i in range(3)]): return {k: v for k, v in enumerate(n)}",
    "main": "if __name__ == '__main__': print(solve)",
    "locals of any name": "def solve(x):\n    sys = gc = __dict__ = _C = 1\n    return sys + gc + __dict__ + _C",
    "no module": "from . import helper",
    "many names": "\n".join(f"name_{number} = {number}" for number in range(600)) + "\nx.grad = 1",
}

LASTING = {
    "import sys": "sys",
    "def solve(x):\n    import gc": "gc",
    "from grader.worker import student": "grader.worker",
    "import torch._C as c": "_C",
    "from torch import _C": "_C",
    "import torch\n_C = 1\ntorch._C.x": "_C",
    "import torch\ntorch.Tensor.backward = None": "backward",
    "import torch\n[torch.Tensor.backward] = [None]": "backward",
    "import torch\nfor torch.Tensor.backward in [None]: pass": "backward",
    "import torch\nwith open as torch.sum: pass": "open",
    "import torch\ndel torch.Tensor.backward": "backward",
    "import torch\ntorch.answer += 1": "answer",
    "class Net:\n    def set(self): self.weight = 1": "weight",
    "import torch\ntorch.sys.modules": "sys",
    "import torch\ntorch.no_grad().__enter__()": "__enter__",
    "def solve(x): return solve.__globals__": "__globals__",
    "def solve(x): return (i for i in x).gi_frame": "gi_frame",
    "getattr(x, 'y')": "getattr",
    "from dataclasses import dataclass\n@dataclass\nclass A: __annotations__ = {'x=print()': int}": "dataclasses",
    "import enum\nenum.bltns.exec('')": "exec",
    "import contextlib\ncontextlib.ExitStack().enter_context(mode)": "enter_context",
    "match x:\n    case object(gi_frame=frame): pass": "match",
    "import torch\ntorch.set_default_dtype(torch.float64)": "set_default_dtype",
    "from torch.nn.modules.module import register_module_forward_hook": "register_module_forward_hook",
    "__builtins__": "__builtins__",
    "ｓｙｓ.modules": "sys",
    "from torch import *\nsys.modules": "sys",
    "class A:\n    def f(self):\n        return [lambda: sys.modules for _ in x]": "sys",
    "\n".join(f"name_{number} = 1" for number in range(600)) + "\nx.name_7 = 1": "name_7",
    "f = " + "lambda: " * 900 + "sys": "sys",
    "grad = x = 1\n" + "\n".join(f"name_{number} = 1" for number in range(2, 2**16)) + "\nx.backward = 1": "backward",
}


@pytest.mark.parametrize("what", INNOCENT)
def test_an_ordinary_module_changes_only_its_own_objects(what):
    assert lasting_name(compile(INNOCENT[what], "s.py", "exec")) == ""


@pytest.mark.parametrize("source", LASTING, ids=lambda source: source[-40:])
def test_the_name_by_which_a_module_could_change_more_is_found(source):
    assert lasting_name(compile(source, "s.py", "exec")) == LASTING[source]


def test_the_solutions_of_the_course_share_one_child():
    paths = [*ROOT.glob("solutions/*/*.py"), *ROOT.glob("exercises/*/*/reference.py"), *ROOT.glob("exercises/*/*/starter.py")]
    assert len(paths) > 100
    assert {path: name for path in paths if (name := judged(path.read_text(encoding="utf-8")))} == {}


def test_nearly_all_students_with_ordinary_mistakes_share_one_child():
    sources = [case.source for corpus in ("one-mistake", "two-mistakes") for case in cases_in(corpus)]
    assert sum(1 for source in sources if judged(source)) <= len(sources) / 25


def test_every_attack_on_the_next_exercise_is_found_except_those_that_only_its_traces_show():
    attacks = [case for case in cases_in("attacks") if case.name.endswith("-for-the-next")]
    assert len(attacks) > 30
    assert {case.name for case in attacks if not judged(case.source)} == {
        "hooks-entered-by-the-garbage-collection-for-the-next",
        "saved-tensors-halved-by-a-generator-for-the-next",
    }


SHORT = sorted(source for source in {*LASTING, *INNOCENT.values()} if len(source) < 1000)


@given(st.lists(st.sampled_from(SHORT), max_size=4))
def test_a_module_is_judged_by_all_its_parts(parts):
    found = lasting_name(compile("\n".join(parts), "s.py", "exec"))
    names = [LASTING[part] for part in parts if part in LASTING]
    assert (found in names) if names else found == ""


def judged(source):
    """The name that was found; "" for a text that is not Python."""
    try:
        return lasting_name(compile(source, "s.py", "exec"))
    except (SyntaxError, ValueError):
        return ""
