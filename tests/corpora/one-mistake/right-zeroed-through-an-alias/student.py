import torch


def solve(x):
    torch.square(x).backward()
    g = x.grad
    torch.pow(x, 3).backward()
    assert g is x.grad
    torch.zero_(g)
    torch.add(torch.square(x), x).backward()
    print(f"gradient now {x.grad.item():.3f}")
