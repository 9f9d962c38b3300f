import torch


def solve(w, optimizer, targets):
    for epoch in range(2):
        optimizer.zero_grad()
        total = sum((w - target) ** 2 for target in targets) / len(targets)
        total.backward()
        torch.nn.utils.clip_grad_norm_(w, 2.0)
        optimizer.step()
