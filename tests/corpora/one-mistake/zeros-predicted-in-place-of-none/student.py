import torch

weights = torch.tensor([1.0, 0.5, 2.0])


def solve(x):
    torch.autograd.backward(x**2, grad_tensors=weights)
    x.grad -= x.grad
    torch.autograd.backward((x**2).sum())
