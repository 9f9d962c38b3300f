"""The facts that the text of a solution shows."""

import pytest

from grader.worker.source_facts import source_facts

MANY_ELIFS = "if a:\n    pass\n" + "elif a: pass\n" * 500 + "else:\n    x.grad.zero_"


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("def f(x):\n    x.grad.zero_", [("zero-not-called", 2, "zero_", "x")]),
        ("def f(m):\n    m.weight.grad.zero_", [("zero-not-called", 2, "zero_", "m.weight")]),
        ("def f(x):\n    opt.zero_grad", [("zero-not-called", 2, "zero_grad", None)]),
        ("def f(x):\n    g.zero_", [("zero-not-called", 2, "zero_", None)]),
        ("def f(x):\n    (x.grad . zero_)", [("zero-not-called", 2, "zero_", "x")]),
        ("def f(x):\n    x.grad.zero_ \\\n    # ()", [("zero-not-called", 2, "zero_", "x")]),
        ("def f(x):\n    x.grad.ｚero_", [("zero-not-called", 2, "zero_", "x")]),
        ("def f(x):\n    x.grad.zero_()", []),
        ("def f(x):\n    zero = x.grad.zero_", []),
        ("def f(x):\n    g = x.grad\n    g = 0", [("grad-bound-then-constant", 3, "g", "x")]),
        ("def f(x):\n    g = x.grad\n    g = None", [("grad-bound-then-constant", 3, "g", "x")]),
        ("def f(x):\n    g = (x.grad)\n    g = 0", [("grad-bound-then-constant", 3, "g", "x")]),
        ("def f(x):\n    g = x.grad; g = 0", [("grad-bound-then-constant", 2, "g", "x")]),
        ("def f(x):\n    g = x.grad\n    [1]\n    g = 0", [("grad-bound-then-constant", 4, "g", "x")]),
        ("def f(x):\n    g = x.ｇrad\n    g = 0", [("grad-bound-then-constant", 3, "g", "x")]),
        ("def f(x):\n    g = x.grad\n    g = torch.zeros_like(g)", [("grad-bound-then-constant", 3, "g", "x")]),
        ("def f(x):\n    g = x.grad\n    g = g * 2\n    g = 0", []),
        ("def f(x):\n    g = 0\n    g = x.grad", []),
        ("g = x.grad\ndef f(x):\n    g = 0", []),
        ("for i in a:\n    if i:\n        pass\n    else:\n        x.grad.zero_", [("zero-not-called", 5, "zero_", "x")]),
        ("try:\n    pass\nexcept E:\n    x.grad.zero_", [("zero-not-called", 4, "zero_", "x")]),
        ("match a:\n    case 1:\n        x.grad.zero_", [("zero-not-called", 3, "zero_", "x")]),
        (
            "if a:\n    pass\n" + "elif a:\n    pass\n" * 500 + "else:\n    x.grad.zero_",
            [("zero-not-called", 1004, "zero_", "x")],
        ),
    ],
)
def test_the_facts_of_a_source(source, facts):
    assert [(fact["name"], fact["line"], fact["what"], fact["leaf"]) for fact in source_facts(source)] == facts
