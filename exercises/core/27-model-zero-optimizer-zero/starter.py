"""model.zero_grad() and optimizer.zero_grad().

`model` is a linear layer with a weight and a bias, and `optimizer` was given the weight only. `solve(model, optimizer, X)`
computes the gradients of all parameters twice, and all gradients should be None before the second time. This code has a bug:
the gradient of the bias accumulates. Fix it:

1. between the two calls of `backward()` the gradients of all parameters are None, not 0;
2. everything else stays as it is; the optimizer never steps here.

Then run `python -m grader core/model-zero-optimizer-zero`.
"""


def solve(model, optimizer, X):
    model(X).backward()
    optimizer.zero_grad()
    model(X).backward()
