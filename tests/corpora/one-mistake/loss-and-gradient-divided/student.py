import torch


def unscale(w, scale):
    w.grad.div_(scale)


def solve(w, opt):
    (8 * (3 * w)).backward()
    unscale(w, 8.0)
    unscale(w, 8.0)
    torch.nn.utils.clip_grad_norm_([w], 2.0)
    opt.step()
