import torch


def solve(p, A, B, wand):
    (p * A).sum().backward()
    (p * B).sum().backward()
    torch.nn.utils.clip_grad_value_([p], 5.0)
    wand.step()
