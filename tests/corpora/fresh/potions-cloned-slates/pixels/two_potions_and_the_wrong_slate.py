import torch


def solve(p: torch.Tensor, q: torch.Tensor) -> None:
    (p - q).square().backward()
    slates = [leaf.grad.clone() for leaf in (p, q)]
    for slate in slates:
        slate.zero_()
    (p + q - 1).square().backward()
