import torch


def solve(x):
    copy = x.clone().detach().requires_grad_()
    opt = torch.optim.SGD([copy], lr=0.01)
    (x ** 2).backward()
    (x ** 3).backward()
    opt.zero_grad(set_to_none=False)
    (x ** 2 + x).backward()
