import torch


def solve(w, opt):
    loss = (w * 3).sum() * 8
    loss.backward()
    with torch.no_grad():
        w.grad /= 8
    opt.step()
    torch.nn.utils.clip_grad_norm_([w], 2)
