import torch


def solve(w):
    # do not destroy the argument
    weight = w.clone().detach().requires_grad_(True)
    loss = (weight - 3) ** 2
    loss.backward()
    with torch.no_grad():
        weight -= 0.25 * weight.grad
    weight.grad.zero_()
    loss = (weight - 3) ** 2
    loss.backward()
    return weight
