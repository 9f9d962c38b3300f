import torch


def solve(w, A, B):
    (w * A).sum().backward()
    torch.nn.utils.clip_grad_norm_([w], 1.0)
    (w * B).sum().backward()
    torch.nn.utils.clip_grad_value_([w], 0.5)
