"""Model zero, optimizer zero.

`model` is a linear layer with a weight and a bias, and `optimizer` was given the weight only. `solve(model, optimizer, X)`
computes the gradients of all parameters twice, and the second time should start from None everywhere. This code has a bug:
the gradient of the bias piles up. Mend it:

1. between the two backwards the gradients of all parameters are None, not 0;
2. all else stays as it is; the optimizer never steps here.

Then run `python -m grader core/model-zero-optimizer-zero`.
"""


def solve(model, optimizer, X):
    model(X).backward()
    optimizer.zero_grad()
    model(X).backward()
