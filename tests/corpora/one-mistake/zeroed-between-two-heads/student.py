import torch


def solve(x):
    opt = torch.optim.Adam([x])
    h = x * x
    for head in (lambda t: 3 * t, lambda t: t**2):
        opt.zero_grad(set_to_none=False)
        head(h).backward(retain_graph=True)
