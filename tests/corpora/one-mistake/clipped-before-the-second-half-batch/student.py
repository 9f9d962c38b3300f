from torch.nn.utils import clip_grad_norm_


def solve(p, A, B, wand):
    (p * A).sum().backward()
    clip_grad_norm_([p], 5.0)
    (p * B).sum().backward()
    wand.step()
