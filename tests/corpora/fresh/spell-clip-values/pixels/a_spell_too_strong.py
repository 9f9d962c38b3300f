import torch


def solve(p, A, B, wand):
    for spell in (A, B):
        (p * spell).sum().backward()
    torch.nn.utils.clip_grad_value_([p], 5.0)
    wand.step()
