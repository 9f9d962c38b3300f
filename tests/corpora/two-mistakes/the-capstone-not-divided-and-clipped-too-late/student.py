import torch


def solve(w, optimizer, targets):
    for _ in range(2):
        optimizer.zero_grad()
        for t in targets:
            ((w - t) ** 2).backward()
        optimizer.step()
        torch.nn.utils.clip_grad_norm_([w], 2.0)
