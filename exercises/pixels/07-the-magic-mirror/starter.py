"""Two names for one gradient.

After the first `backward()` this program gives the gradient a second name, `mirror`:

    p = torch.tensor([0.5], requires_grad=True)

    ((p - 1) ** 2).backward()                  # entry 1: p.grad
    mirror = p.grad                            # entry 2: p.grad and mirror
    p.grad.zero_()                             # entry 3: p.grad and mirror
    (p**2).backward()                          # entry 4: p.grad and mirror

Do not run it. Write below the values after each line: a number for a tensor, even a tensor of 0; None only for no tensor.

Then run `python -m grader pixels/the-magic-mirror`.
"""


def predict():
    return [
        {"p.grad": ...},  # 1: after the first backward()
        {"p.grad": ..., "mirror": ...},  # 2: after mirror = p.grad
        {"p.grad": ..., "mirror": ...},  # 3: after p.grad.zero_()
        {"p.grad": ..., "mirror": ...},  # 4: after the second backward()
    ]
