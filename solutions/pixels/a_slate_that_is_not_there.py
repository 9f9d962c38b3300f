"""None or a tensor of 0.

`wand` is an optimizer. It resets the gradient of its pixel in two ways:

    p = torch.tensor([0.5], requires_grad=True)
    wand = torch.optim.SGD([p], lr=0.1)

    ((p - 0.8) ** 2).backward()                # entry 1: p.grad
    wand.zero_grad()                           # entry 2: p.grad
    ((p - 0.1) ** 2).backward()                # entry 3: p.grad
    wand.zero_grad(set_to_none=False)          # entry 4: p.grad

Do not run it. Write below `p.grad` after each call: a number where it is a tensor, even a tensor of 0, and None where there
is no tensor.

Then run `python -m grader pixels/a-slate-that-is-not-there`.
"""


def predict():
    return [
        ...,  # 1: p.grad after the first backward()
        ...,  # 2: after wand.zero_grad()
        ...,  # 3: after the second backward()
        ...,  # 4: after wand.zero_grad(set_to_none=False)
    ]
