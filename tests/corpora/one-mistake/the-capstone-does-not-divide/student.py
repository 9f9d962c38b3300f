import torch


def squared_error(w, target):
    return torch.square(w - target)


def solve(w, optimizer, targets):
    for epoch in range(2):
        optimizer.zero_grad()
        for t in targets:
            squared_error(w, t).backward()
        torch.nn.utils.clip_grad_norm_([w], max_norm=2.0)
        optimizer.step()
