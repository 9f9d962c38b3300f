"""Batch statistics do not accumulate.

Read this program, and write down `w.grad` after each numbered line:

    w = torch.tensor([1.0], requires_grad=True)
    X1 = torch.tensor([1.0, 2.0])
    X2 = torch.tensor([4.0, 9.0])

    def loss(X):
        h = w * X
        return ((h - h.mean()) ** 2).sum()

    loss(X1).backward()                   # 1
    loss(X2).backward()                   # 2
    w.grad = None                         # 3
    loss(torch.cat([X1, X2])).backward()  # 4

Replace each `...` below with a number or None; None and 0 are different answers. It helps to factor out `w`: `h - h.mean()`
is `w * (X - X.mean())`.

Then run `python -m grader core/batch-statistics-do-not-accumulate`.
"""


def predict():
    return [
        ...,  # 1
        ...,  # 2
        ...,  # 3
        ...,  # 4
    ]
