import torch


def solve(p, A, B, wand):
    (p * A).sum().backward()
    (p * A).sum().backward()
    norm = torch.nn.utils.clip_grad_norm_(p.detach(), 5.0)
    print("norm", float(norm))
    wand.step()
