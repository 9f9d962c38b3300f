import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()


if __name__ == "__main__":
    raise SystemExit(solve(torch.tensor([2.0], requires_grad=True)))
