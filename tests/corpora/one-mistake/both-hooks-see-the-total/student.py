import torch


def predict():
    def halve(leaf):
        leaf.grad.mul_(0.5)

    x, y = (torch.tensor([2.0], requires_grad=True) for _ in "xy")
    for leaf in (x, y):
        leaf.register_post_accumulate_grad_hook(halve)
    out = []
    for _ in range(2):
        (x**2 + y**2).backward()
        out.append({"x.grad": x.grad.clone(), "y.grad": y.grad.clone()})
    return out
