import torch


def solve(bg, p, wand):
    loss = torch.pow(bg + p - 1, 2)
    loss.backward()

    wand.zero_grad(set_to_none=False)
    bg.requires_grad_(False)

    loss = torch.pow(bg + p - 1, 2)
    loss.backward()
    wand.step()
