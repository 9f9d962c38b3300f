from torch.nn.utils import clip_grad_value_


def solve(w, A, B):
    (w * A).sum().backward()
    (w * B).sum().backward()
    clip_grad_value_([w], 1.0)
