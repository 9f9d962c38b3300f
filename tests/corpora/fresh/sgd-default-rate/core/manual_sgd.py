import torch


def solve(w):
    opt = torch.optim.SGD([w])
    for i in range(2):
        ((w - 3) ** 2).backward()
        if i == 0:
            opt.step()
            opt.zero_grad(set_to_none=False)
