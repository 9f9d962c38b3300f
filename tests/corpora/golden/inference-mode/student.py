import torch


def solve(x):
    with torch.inference_mode():
        y = x**2
    y.backward()
