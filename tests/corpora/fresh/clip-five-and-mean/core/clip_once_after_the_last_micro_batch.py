import torch.nn as nn

MAX_NORM = 5.0


def solve(w, A, B):
    loss_a = (w * A).sum()
    loss_a.backward()
    loss_b = (w * B).mean()
    loss_b.backward()
    nn.utils.clip_grad_norm_([w], MAX_NORM)
