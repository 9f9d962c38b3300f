from torch.nn.utils import clip_grad_norm_

SCALE = 8


def solve(w, opt):
    loss = 3 * w
    (SCALE * loss).backward()
    clip_grad_norm_([w], max_norm=2.0)
    w.grad /= SCALE
    opt.step()
