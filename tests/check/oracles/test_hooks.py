"""The hooks that `code` may register; all other code is not covered."""

import pytest

from grader.check.oracles.arrays import NotCovered

STEPS = "  - backward: x**2\n    expect: {x.grad: [2.0]}\n  - backward: x**2\n    expect: {x.grad: [4.0]}\n"


def steps(code):
    lines = "".join(f"      {line}\n" for line in code.splitlines())
    return f"tensors: {{x: [2.0]}}\nsteps:\n  - code: |\n{lines}{STEPS}"


@pytest.mark.parametrize(
    "code",
    [
        "x.register_hook(lambda grad: grad * 0.5)",
        "def halve(grad):\n  return grad / 2\nx.register_hook(halve)",
    ],
)
def test_a_tensor_hook_gets_each_contribution(grads_of, code):
    assert grads_of(steps(code)) == [None, [2.0], [4.0]]


@pytest.mark.parametrize(
    "code",
    [
        "x.register_post_accumulate_grad_hook(lambda leaf: leaf.grad.mul_(0.5))",
        "def halve(leaf):\n  leaf.grad.div_(2)\nx.register_post_accumulate_grad_hook(halve)",
    ],
)
def test_a_post_accumulate_hook_gets_the_sum(grads_of, code):
    assert grads_of(steps(code)) == [None, [2.0], [3.0]]


def test_hooks_run_in_the_order_of_registration(grads_of):
    code = "x.register_hook(lambda grad: grad + 1)\nx.register_hook(lambda grad: grad * 3)"
    assert grads_of(steps(code)) == [None, [15.0], [30.0]]


@pytest.mark.parametrize(
    "code",
    [
        "y = 1",
        "x.register_hook(print)",
        "x.register_hook(lambda grad: max(grad))",
        "x.register_hook(lambda grad, more: grad)",
        "x.detach().register_hook(lambda grad: grad)",
        "x.register_post_accumulate_grad_hook(lambda leaf: leaf.grad.zero_())",
        "x.register_post_accumulate_grad_hook(lambda leaf: x.mul_(2))",
    ],
)
def test_other_code_is_not_covered(grads_of, code):
    with pytest.raises(NotCovered):
        grads_of(steps(code))
