import torch


def solve(p, A, B, wand):
    for bite in (A, B):
        wand.zero_grad()
        (p * bite).sum().backward()
    torch.nn.utils.clip_grad_norm_([p], 5.0)
