from torch.nn.utils import clip_grad_norm_


def solve(w, opt):
    loss = 3 * w
    (8 * loss).backward()
    clip_grad_norm_([w], 2.0)
    opt.step()
