import torch


def pixel_loss(pixel, target):
    return torch.square(pixel - target)


def solve(p):
    losses = [pixel_loss(p, 0.8), pixel_loss(p, 0.1)]
    for loss in losses:
        loss.backward()

    p.grad.fill_(0.0)

    losses[0].backward()
