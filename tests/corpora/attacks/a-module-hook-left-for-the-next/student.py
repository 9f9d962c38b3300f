import torch

torch.nn.modules.module.register_module_forward_hook(lambda *args: 1 / 0)


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
