import torch


def solve(w, optimizer, targets):
    for epoch in range(2):
        for t in targets:
            optimizer.zero_grad()
            ((w - t) ** 2 / len(targets)).backward()
        torch.nn.utils.clip_grad_norm_([w], max_norm=2.0)
        optimizer.step()
