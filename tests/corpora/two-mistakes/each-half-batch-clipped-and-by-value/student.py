import torch


def solve(p, A, B, wand):
    for bite in (A, B):
        (p * bite).sum().backward()
        torch.nn.utils.clip_grad_value_([p], 5.0)
    wand.step()
