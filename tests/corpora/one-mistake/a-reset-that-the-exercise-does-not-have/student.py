import torch


def forward(x):
    return torch.square(x)


def solve(x):
    y = forward(x)
    y.backward()
    x.grad.zero_()
    y = forward(x)
    y.backward()
