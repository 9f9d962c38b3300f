from torch.nn.utils import clip_grad_norm_

scale = 2**3


def solve(w, opt):
    (w * 3 * scale).backward()
    w.grad = w.grad / scale
    clip_grad_norm_(iter([w]), 2.0)
    opt.step()
