import torch


def solve(w, optimizer, targets):
    for epoch in range(2):
        optimizer.zero_grad()
        for target in targets:
            loss = (w - target) ** 2 / len(targets)
            loss.backward()
        optimizer.step()
        torch.nn.utils.clip_grad_norm_([w], max_norm=2.0)
