import torch


def solve(w, opt):
    (8 * 3 * w).backward()
    with torch.no_grad():
        w.grad.mul_(1 / 8)
    opt.step()
    torch.nn.utils.clip_grad_norm_(w, 2.0)
