import torch


def solve(w, optimizer, targets):
    for epoch in range(2):
        optimizer.zero_grad()
        for t in targets:
            loss = ((w - t) ** 2) / len(targets)
            loss.backward()
        torch.nn.utils.clip_grad_norm_([w], max_norm=1.0)
        optimizer.step()
