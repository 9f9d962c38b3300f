"""Zero is not None for momentum.

Read this program, and write down `w.grad` and `w` after each numbered line:

    w = torch.tensor([1.0], requires_grad=True)
    opt = torch.optim.SGD([w], lr=0.1, momentum=0.9)

    (w**2).backward()                 # 1
    opt.step()                        # 2
    opt.zero_grad(set_to_none=False)  # 3
    opt.step()                        # 4
    opt.zero_grad()                   # 5
    opt.step()                        # 6

Replace each `...` below with a number or None; None and 0 are different answers. With momentum, each step does
`velocity = 0.9 * velocity + gradient`, starting from 0, and then `w = w - 0.1 * velocity`.

Then run `python -m grader core/zero-is-not-none-for-momentum`.
"""


def predict():
    return [
        {"w.grad": ..., "w": ...},  # 1
        {"w.grad": ..., "w": ...},  # 2
        {"w.grad": ..., "w": ...},  # 3
        {"w.grad": ..., "w": ...},  # 4
        {"w.grad": ..., "w": ...},  # 5
        {"w.grad": ..., "w": ...},  # 6
    ]
