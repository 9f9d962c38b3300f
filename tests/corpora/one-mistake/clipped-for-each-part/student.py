from torch.nn.utils import clip_grad_norm_


def solve(w, A, B):
    for part in (A, B):
        loss = (w * part).sum()
        loss.backward()
        clip_grad_norm_([w], max_norm=1.0)
