import torch
import torch.nn.functional as F


def solve(w):
    three = torch.full_like(w, 3.0, requires_grad=False)
    one = torch.full_like(w, 1.0, requires_grad=False)
    F.mse_loss(w, three).backward()
    F.mse_loss(w, one).backward()
    w.grad.zero_()
    (F.mse_loss(w, three) + F.mse_loss(w, one)).backward()
