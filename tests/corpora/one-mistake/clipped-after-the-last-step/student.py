import torch


def solve(p, A, B, wand):
    loss = (p * A).sum()
    loss.backward()
    loss = (p * B).sum()
    loss.backward()
    wand.step()
    torch.nn.utils.clip_grad_norm_([p], max_norm=5.0)
