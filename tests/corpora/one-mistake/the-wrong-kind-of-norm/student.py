import torch


def solve(w, A, B):
    torch.dot(w, A).backward()
    torch.dot(w, B).backward()
    torch.nn.utils.clip_grad_norm_(w, 1.0, norm_type=1)
