"""Which names of torch a function calls: aliases, imports, subclasses, methods, operators, and calls that do not count."""

import pytest

# name in the exercise: programs that call it, each with what was called
CALLS = {
    "torch.autograd.grad": {
        "import torch\ndef solve(x):\n    torch.autograd.grad((x**2).sum(), x)": "torch.autograd.grad",
        "from torch.autograd import grad\ndef solve(x):\n    grad((x**2).sum(), x)": "torch.autograd.grad",
        "import torch\ng = torch.autograd.grad\ndef solve(x):\n    list(map(lambda y: g(y, x), [x]))": "torch.autograd.grad",
        "import functools, torch\nf = functools.partial(torch.autograd.grad)\ndef solve(x):\n    f(x.sum(), x)": (
            "torch.autograd.grad"
        ),
    },
    "torch.Tensor.backward": {
        "def solve(x):\n    x.sum().backward()": "torch.Tensor.backward",
        "import torch\ndef solve(x):\n    torch.autograd.backward(x.sum())": "torch.autograd.backward",
        "import torch\ndef solve(x):\n    torch.Tensor.backward(x.sum())": "torch.Tensor.backward",
    },
    "torch.autograd.backward": {"def solve(x):\n    x.sum().backward()": "torch.Tensor.backward"},
    "torch.optim": {
        "from torch.optim import SGD\ndef solve(x):\n    SGD([x], lr=0.1)": "torch.optim.SGD",
        "from torch.optim.sgd import SGD as S\ndef solve(x):\n    S([x], lr=0.1)": "torch.optim.SGD",
        "import torch\nclass Mine(torch.optim.SGD): pass\ndef solve(x):\n    Mine([x], lr=0.1)": "torch.optim.SGD",
        "import torch\nclass Mine(torch.optim.Optimizer):\n    def __init__(self, p):\n        super().__init__(p, {})\n"
        "def solve(x):\n    Mine([x])": "torch.optim.Optimizer",
        "def solve(x, opt):\n    opt.step()": "torch.optim.SGD.step",
        "def solve(x, opt):\n    opt.zero_grad()": "torch.optim.SGD.zero_grad",
        "from torch.optim.sgd import sgd\ndef solve(x):\n    sgd([x.detach()], [x.detach()], [None], weight_decay=0, momentum=0, "
        "lr=1, dampening=0, nesterov=False, maximize=False)": "torch.optim.sgd.sgd",
    },
    "torch.optim.SGD": {"def solve(x, opt):\n    opt.zero_grad()": "torch.optim.SGD.zero_grad"},
    "torch.optim.Optimizer.zero_grad": {"def solve(x, opt):\n    opt.zero_grad()": "torch.optim.Optimizer.zero_grad"},
    "torch.nn.utils.clip_grad_norm_": {
        "import torch\ndef solve(x):\n    torch.nn.utils.clip_grad_norm_([x], 1.0)": "torch.nn.utils.clip_grad_norm_",
        "from torch.nn.utils.clip_grad import clip_grad_norm_\ndef solve(x):\n    clip_grad_norm_([x], 1.0)": (
            "torch.nn.utils.clip_grad_norm_"
        ),
    },
    "torch.sum": {
        "import torch\ndef solve(x):\n    torch.sum(x)": "torch.sum",
        "def solve(x):\n    x.sum()": "torch.Tensor.sum",
        "import torch\nn = torch.ones(2).sum()\ndef solve(x): pass": "torch.Tensor.sum",
    },
    "torch.matmul": {"def solve(x):\n    x @ x": "torch.Tensor.matmul"},
    "torch.add": {"def solve(x):\n    2 + x": "torch.Tensor.add"},
    "torch.sub": {"def solve(x):\n    2 - x": "torch.Tensor.__rsub__"},
    "torch.div": {"def solve(x):\n    2 / x": "torch.Tensor.__rdiv__"},
    "torch.pow": {"def solve(x):\n    x**2": "torch.Tensor.__pow__", "def solve(x):\n    2**x": "torch.Tensor.__rpow__"},
    "torch.floor_divide": {"def solve(x):\n    x // 2": "torch.Tensor.__floordiv__"},
    "torch.Tensor.mul_": {"def solve(x):\n    y = x.detach()\n    y *= 2": "torch.Tensor.mul_"},
    "torch.nn.functional.relu": {"def solve(x):\n    x.relu()": "torch.Tensor.relu"},
    "torch.nn.functional.mse_loss": {
        "from torch.nn import functional as F\ndef solve(x):\n    F.mse_loss(x, x)": "torch.nn.functional.mse_loss"
    },
    "torch.nn.functional.max_pool2d": {
        "from torch.nn.functional import max_pool2d\ndef solve(x):\n    max_pool2d(x.reshape(1, 1, 1, 1), 1)": (
            "torch.nn.functional.max_pool2d"
        )
    },
    "torch.nn": {"def solve(x, m):\n    m(x)": "torch.nn.Linear"},
    "torch.nn.Module": {"def solve(x, m):\n    m.zero_grad()": "torch.nn.Linear.zero_grad"},
    "torch.no_grad": {
        "import torch\ndef solve(x):\n    with torch.no_grad(): pass": "torch.no_grad",
        "import torch\n@torch.no_grad()\ndef solve(x): pass": "torch.no_grad",
        "import contextlib, torch\ndef solve(x):\n    contextlib.ExitStack().enter_context(torch.no_grad())": ("torch.no_grad"),
    },
    "torch.autograd.Function": {
        "import torch\nclass F(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): return x * 2\n"
        "def solve(x):\n    F.apply(x)": "torch.autograd.Function.apply"
    },
    "torch.Tensor.data": {"def solve(x):\n    x.data": "torch.Tensor.data"},
    "torch.Tensor.item": {"def solve(x):\n    x.item()": "torch.Tensor.item"},
    "torch.utils.checkpoint": {
        "from torch.utils.checkpoint import checkpoint\ndef solve(x):\n    checkpoint(lambda y: y * 2, x, use_reentrant=False)": (
            "torch.utils.checkpoint.checkpoint"
        )
    },
    "torch.func.grad": {
        "import torch\ndef solve(x):\n    torch.func.grad(lambda y: (y**2).sum())(x)": "torch.func.grad",
    },
}

NOT_CALLED = {
    "imported only": ("torch.optim", "from torch.optim import SGD\ndef solve(x): pass"),
    "named without parentheses": ("torch.Tensor.backward", "def solve(x):\n    x.sum().backward"),
    "a subclass that is never made": ("torch.optim", "import torch\nclass A(torch.optim.SGD): pass\ndef solve(x): pass"),
    "called inside of torch only": ("torch.no_grad", "def solve(x, opt):\n    x.sum().backward()\n    opt.step()"),
    "called by a backward": ("torch.ones_like", "def solve(x):\n    x.sum().backward()"),
    "another function that one def makes": (
        "torch.nn.functional.max_pool2d",
        "from torch.nn.functional import max_pool1d\ndef solve(x):\n    max_pool1d(x.reshape(1, 1, 1), 1)",
    ),
    "a function of the student's with the same name": ("torch.autograd.grad", "def grad(a): pass\ndef solve(x):\n    grad(x)"),
    "another optimizer": ("torch.optim.Adam", "def solve(x, opt):\n    opt.step()"),
    "a class that is only defined": (
        "torch.autograd.Function",
        "import torch\nclass F(torch.autograd.Function): pass\ndef solve(x): pass",
    ),
    "an in-place operation": ("torch.mul", "def solve(x):\n    x.detach().mul_(2)"),
}
SETUP = {"modules": {"m": "Linear(1, 1)"}, "optimizers": {"opt": "SGD([x], lr=0.1)"}}
TENSORS = {"x": [2.0], "m.weight": [[1.0]], "m.bias": [0.0]}


def run(run_student, source, names):
    parameters = source.partition("def solve(")[2].partition(")")[0].split(", ")
    return run_student(source, TENSORS, parameters=parameters, torch_names=names, **SETUP)


@pytest.mark.parametrize(
    ("name", "source", "called"), [(name, source, called) for name, each in CALLS.items() for source, called in each.items()]
)
def test_a_call_is_reported_with_its_line(run_student, name, source, called):
    found = run(run_student, source, [name])
    assert found.end["how"] == "returned", found.end
    assert [(each, what) for each, what, _ in found.used] == [(name, called)]


@pytest.mark.parametrize(("name", "source"), NOT_CALLED.values(), ids=NOT_CALLED)
def test_what_is_not_a_call_is_not_reported(run_student, name, source):
    found = run(run_student, source, [name])
    assert (found.end["how"], found.used, found.unusable) == ("returned", [], {})


def test_the_line_is_the_students_first_one(run_student):
    source = "def helper(y):\n    y.backward()\n\ndef solve(x):\n    helper(x.sum())\n    x.sum().backward()"
    assert run(run_student, source, ["torch.Tensor.backward"]).used == [("torch.Tensor.backward", "torch.Tensor.backward", 2)]


def test_several_names_are_each_reported_once(run_student):
    source = "def solve(x, opt):\n    opt.step()\n    opt.step()"
    names = ["torch.optim", "torch.optim.SGD", "torch.autograd.grad"]
    assert [name for name, _, _ in run(run_student, source, names).used] == ["torch.optim", "torch.optim.SGD"]


def test_the_calls_of_the_trace_stay_the_same(run_student):
    source = "def solve(x, opt):\n    (x**2).sum().backward()\n    opt.step()\n    opt.zero_grad()"
    with_names, without = (run(run_student, source, names) for names in (["torch.optim"], []))
    assert with_names.calls == without.calls
    assert without.used == []


@pytest.mark.parametrize(
    ("name", "fix"),
    {
        "torch.optm": "did you mean `torch.optim`?",
        "torch.optim.SDG": "did you mean `torch.optim.SGD`?",
        "torch.Tensor.backwards": "did you mean `torch.Tensor.backward`?",
        "torch.optim.qqqq.x": "`torch.optim` has no `qqqq`",
        "torch.float32": "write the name of a function, a method, a class or a module whose calls can be seen",
        "torch.Tensor": "write the name of a function, a method, a class or a module whose calls can be seen",
        "torch.Size": "write the name of a function, a method, a class or a module whose calls can be seen",
    }.items(),
)
def test_a_name_that_cannot_be_watched_comes_back_with_a_fix(run_student, name, fix):
    assert run(run_student, "def solve(x): pass", [name]).unusable == {name: fix}


def test_steps_report_what_they_call(run_steps):
    steps = [
        {"verb": "let", "is_call": False, "names": [["g", "grad(x**2, x)"]], "look": []},
        {
            "verb": "backward",
            "is_call": True,
            "of": ["x**2"],
            "gradient": [],
            "retain_graph": False,
            "create_graph": False,
            "inputs": [],
            "look": [],
        },
    ]
    found = run_steps(steps, torch_names=["torch.autograd.grad", "torch.Tensor.backward", "torch.optim"])
    assert [name for name, _, _ in found.used] == ["torch.autograd.grad", "torch.Tensor.backward"]


def test_a_recursion_that_never_ends_is_the_students(run_student):
    found = run(run_student, "def solve(x):\n    solve(x)", ["torch.optim"])
    assert (found.end["how"], found.end["error"]["type"]) == ("raised", "RecursionError")
