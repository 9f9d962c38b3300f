import torch


def solve(x):
    (x**2).sum().backward()
    with torch.enable_grad():
        cube = x.pow(3).sum()
    [slope] = torch.autograd.grad(outputs=[cube], inputs=[x])
    return slope
