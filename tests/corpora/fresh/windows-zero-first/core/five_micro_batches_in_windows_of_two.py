import torch
import torch.nn.functional as F


def solve(w, optimizer, windows):
    rest = iter(windows)
    window = next(rest, None)
    while window is not None:
        optimizer.zero_grad()
        for number in window.tolist():
            loss = F.mse_loss(w, torch.tensor([number])) / window.numel()
            loss.backward()
        optimizer.step()
        window = next(rest, None)
