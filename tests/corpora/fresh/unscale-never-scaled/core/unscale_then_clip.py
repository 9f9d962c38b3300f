import torch


def solve(w, opt):
    scale = 8.0
    loss = 3 * w
    loss.backward()
    w.grad.div_(scale)
    torch.nn.utils.clip_grad_norm_(w, 2.0)
    opt.step()
