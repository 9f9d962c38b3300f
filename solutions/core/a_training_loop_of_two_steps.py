"""A training loop of two steps.

`w` is a tensor with one number, made with `requires_grad=True`, and `optimizer` is SGD with `w` and the learning rate 0.25.
Write `solve(w, optimizer)` with a loop of two iterations. In each iteration:

1. reset the gradient with `optimizer.zero_grad()`, which sets it to None;
2. compute the loss `(w - 3)**2` and call `backward()` on it;
3. call `optimizer.step()`.

Do not reset after the second step.

Then run `python -m grader core/a-training-loop-of-two-steps`.
"""


def solve(w, optimizer):
    # TODO: your calls here
    pass
