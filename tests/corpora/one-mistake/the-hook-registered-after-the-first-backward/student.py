import torch


def predict():
    x = torch.tensor([2.0], requires_grad=True)
    y = torch.tensor([2.0], requires_grad=True)

    @y.register_post_accumulate_grad_hook
    def halve(leaf):
        leaf.grad.mul_(0.5)

    (x ** 2 + y ** 2).backward()
    first = {"x.grad": x.grad.item(), "y.grad": y.grad.item()}
    x.register_hook(lambda g: g / 2)
    (x ** 2 + y ** 2).backward()
    return [first, {"x.grad": x.grad.item(), "y.grad": y.grad.item()}]
