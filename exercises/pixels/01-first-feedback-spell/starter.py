"""First feedback spell.

One learnable pixel has the brightness 0.5. Its penalty measures how far it is from the target 0.8:

    p = torch.tensor([0.5], requires_grad=True)

    ((p - 0.8) ** 2).backward()                # entry 1: p.grad

Do not run it. Work out with pencil and paper what `p.grad` holds after the spell, and write the number below.

Then run `python -m grader pixels/first-feedback-spell`.
"""


def predict():
    return [
        ...,  # 1: p.grad after the spell
    ]
