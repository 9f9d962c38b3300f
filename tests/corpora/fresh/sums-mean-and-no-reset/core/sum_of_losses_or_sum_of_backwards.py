import torch


def solve(w):
    a = (w - 3) ** 2
    a.backward()
    b = (w + 1) ** 2
    b.backward()
    print("two calls:", w.grad)
    # both together
    both = torch.cat([(w - 3) ** 2, (w + 1) ** 2]).mean()
    both.backward()
