from torch.nn.utils import clip_grad_norm_


def solve(w, A, B):
    (w * A).sum().backward()
    w.grad.zero_()
    (w * B).sum().backward()
    clip_grad_norm_([w], 1.0)
