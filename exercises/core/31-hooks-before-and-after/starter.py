"""Hooks before and after accumulation.

Read this program, and write down `x.grad` and `y.grad` after each numbered line:

    x = torch.tensor([2.0], requires_grad=True)
    y = torch.tensor([2.0], requires_grad=True)

    x.register_hook(lambda grad: grad * 0.5)

    def halve(leaf):
        leaf.grad.mul_(0.5)

    y.register_post_accumulate_grad_hook(halve)

    (x**2 + y**2).backward()  # 1
    (x**2 + y**2).backward()  # 2

Replace each `...` below with a number. The hook on `x` gets each new gradient before it is added to `x.grad`, and its return
value is added instead; the hook on `y` is called after the addition to `y.grad`.

Then run `python -m grader core/hooks-before-and-after`.
"""


def predict():
    return [
        {"x.grad": ..., "y.grad": ...},  # 1
        {"x.grad": ..., "y.grad": ...},  # 2
    ]
