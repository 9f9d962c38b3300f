import torch


def solve(w):
    descent = torch.optim.SGD([w], lr=0.25)
    ((w - 3) ** 2).backward()
    descent.step()
    descent.zero_grad(set_to_none=False)
    ((w - 3) ** 2).backward()
