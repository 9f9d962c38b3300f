"""Zero is not None for weight decay.

Read this program, and write down `w.grad`, `u.grad`, `w` and `u` after each numbered line:

    w = torch.tensor([1.0], requires_grad=True)
    u = torch.tensor([1.0], requires_grad=True)
    opt = torch.optim.SGD([w, u], lr=0.1, weight_decay=0.5)

    (w**2 + 0 * u).backward()  # 1
    opt.step()                 # 2
    opt.zero_grad()            # 3
    (w**2).backward()          # 4
    opt.step()                 # 5

Replace each `...` below with a number or None; None and 0 are different answers. With weight decay, each step subtracts
`0.1 * (gradient + 0.5 * value)` from the value and does not change `.grad`.

Then run `python -m grader core/zero-is-not-none-for-weight-decay`.
"""


def predict():
    return [
        {"w.grad": ..., "u.grad": ..., "w": ..., "u": ...},  # 1
        {"w.grad": ..., "u.grad": ..., "w": ..., "u": ...},  # 2
        {"w.grad": ..., "u.grad": ..., "w": ..., "u": ...},  # 3
        {"w.grad": ..., "u.grad": ..., "w": ..., "u": ...},  # 4
        {"w.grad": ..., "u.grad": ..., "w": ..., "u": ...},  # 5
    ]
