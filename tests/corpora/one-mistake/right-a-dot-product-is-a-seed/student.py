import torch


def solve(x):
    seed = x.new_tensor([1.0, 0.5, 2.0])
    (seed @ x.pow(2)).backward()
    torch.optim.SGD([x], lr=1.0).zero_grad()
    torch.linalg.vector_norm(x).square().backward()
