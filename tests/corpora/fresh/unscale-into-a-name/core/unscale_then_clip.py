from torch.nn.utils import clip_grad_norm_

SCALE = 8


def solve(w, opt):
    (SCALE * (3 * w)).backward()
    grad = w.grad / SCALE
    print("unscaled:", grad)
    clip_grad_norm_([w], max_norm=2.0)
    opt.step()
