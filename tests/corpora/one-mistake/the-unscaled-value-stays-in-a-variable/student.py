from torch.nn.utils import clip_grad_norm_


def solve(w, opt):
    (8 * (3 * w)).backward()
    unscaled = w.grad.clone()
    unscaled *= 0.125
    clip_grad_norm_([w], 2.0)
    opt.step()
