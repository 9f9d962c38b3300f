"""The magic mirror.

After the first spell somebody calls the slate `mirror`, to remember the feedback for later:

    p = torch.tensor([0.5], requires_grad=True)

    ((p - 1) ** 2).backward()                  # entry 1: p.grad
    mirror = p.grad                            # entry 2: p.grad and mirror
    p.grad.zero_()                             # entry 3: p.grad and mirror
    (p**2).backward()                          # entry 4: p.grad and mirror

Do not run it. Write below what each line leaves: a number for a tensor, even a tensor of 0; None only for no tensor.

Then run `python -m grader pixels/the-magic-mirror`.
"""


def predict():
    return [
        {"p.grad": ...},  # 1: after the first spell
        {"p.grad": ..., "mirror": ...},  # 2: after mirror = p.grad
        {"p.grad": ..., "mirror": ...},  # 3: after p.grad.zero_()
        {"p.grad": ..., "mirror": ...},  # 4: after the second spell
    ]
