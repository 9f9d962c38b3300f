import torch


def solve(w, opt):
    scaled = 8 * (3 * w)
    scaled.backward()
    w.grad / 8
    torch.nn.utils.clip_grad_norm_([w], 2.0)
    opt.step()
