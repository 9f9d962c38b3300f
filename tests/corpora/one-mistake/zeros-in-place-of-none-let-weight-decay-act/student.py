import torch


def predict():
    w = torch.ones(1, requires_grad=True)
    u = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, u], lr=0.1, weight_decay=0.5)
    seen = []

    def look():
        pairs = {"w.grad": w.grad, "u.grad": u.grad, "w": w, "u": u}
        seen.append({name: value.item() for name, value in pairs.items()})

    (w**2 + 0 * u).backward()
    look()
    optimizer.step()
    look()
    for parameter in (w, u):
        parameter.grad.zero_()
    look()
    (w**2).backward()
    look()
    optimizer.step()
    look()
    return seen
