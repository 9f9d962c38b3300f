import torch


def solve(w, opt):
    (8 * 3 * w).backward()
    opt.step()
    torch.nn.utils.clip_grad_norm_([w], 2.0)
