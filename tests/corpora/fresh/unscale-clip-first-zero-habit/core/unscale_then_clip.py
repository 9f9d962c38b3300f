from torch.nn.utils import clip_grad_norm_


def solve(w, opt):
    scaled = 8 * (3 * w)
    scaled.backward()
    clip_grad_norm_(w, 2.0)
    w.grad.div_(8)
    opt.zero_grad()
    opt.step()
