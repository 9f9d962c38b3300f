import torch


def predict():
    p = torch.tensor([0.5], requires_grad=True)
    out = []
    (p - 1).square().backward()
    out.append({'p.grad': p.grad.item()})
    mirror = p.grad
    out.append({'p.grad': p.grad.item(), 'mirror': mirror.item()})
    p.grad.zero_()
    out.append({'p.grad': p.grad.item(), 'mirror': mirror.item()})
    p.square().backward()
    out.append({'p.grad': p.grad.item(), 'mirror': mirror.item()})
    return out
