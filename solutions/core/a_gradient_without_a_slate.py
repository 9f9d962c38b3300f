"""A gradient without .grad.

`torch.func.grad` takes a function and returns another function, which computes its gradient:

    x = torch.tensor([3.0], requires_grad=True)

    def loss(t):
        return (t**2).sum()

    slope = torch.func.grad(loss)

    g = slope(x)                               # entry 1
    loss(x).backward()                         # entry 2
    g = slope(x)                               # entry 3
    g.sum().backward()                         # entry 4

Do not run it. Write below `g` and `x.grad` after each line: a number for a tensor, None for no tensor.

Then run `python -m grader core/a-gradient-without-a-slate`.
"""


def predict():
    return [
        {"g": ..., "x.grad": ...},  # 1: after the first slope(x)
        {"g": ..., "x.grad": ...},  # 2: after loss(x).backward()
        {"g": ..., "x.grad": ...},  # 3: after the second slope(x)
        {"g": ..., "x.grad": ...},  # 4: after g.sum().backward()
    ]
