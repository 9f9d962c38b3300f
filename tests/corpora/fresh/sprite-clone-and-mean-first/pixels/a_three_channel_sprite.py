import torch


def solve(c: torch.Tensor, t: torch.Tensor) -> None:
    diff = c - t
    diff.pow(2).sum().backward()

    slate = c.grad.clone()
    slate.fill_(0)

    mean_diff = torch.mean(c - t)
    (mean_diff ** 2).backward()
