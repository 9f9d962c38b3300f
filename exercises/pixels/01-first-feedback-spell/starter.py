"""The first gradient of a pixel.

One learnable pixel has the brightness 0.5. Its loss measures the distance from the target 0.8:

    p = torch.tensor([0.5], requires_grad=True)

    ((p - 0.8) ** 2).backward()                # entry 1: p.grad

Do not run it. Compute with pencil and paper what `p.grad` holds after `backward()`, and write the number below.

Then run `python -m grader pixels/first-feedback-spell`.
"""


def predict():
    return [
        ...,  # 1: p.grad after backward()
    ]
