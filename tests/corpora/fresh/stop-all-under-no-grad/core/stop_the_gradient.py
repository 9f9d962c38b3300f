import torch


def solve(x):
    loss1 = x * x.detach()
    loss1.backward()

    with torch.no_grad():
        c = x ** 2
        loss2 = c * x
    loss2.backward()
