import torch


def add_contribution(w, batch):
    loss = torch.dot(w, batch)
    loss.backward()


def solve(w, A, B):
    add_contribution(w, A)
    # clip only once, not after every batch
    torch.nn.utils.clip_grad_norm_(w, max_norm=1)
    add_contribution(w, B)
