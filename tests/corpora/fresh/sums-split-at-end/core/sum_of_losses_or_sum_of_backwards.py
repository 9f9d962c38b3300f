import torch

TARGETS = (3.0, -1.0)


def solve(w: torch.Tensor) -> None:
    for target in TARGETS:
        (w - target).square().backward()

    w.grad.zero_()

    for target in TARGETS:
        (w - target).square().backward()
