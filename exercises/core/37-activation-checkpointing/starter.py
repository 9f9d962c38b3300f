"""Activation checkpointing.

A checkpoint does not keep the intermediate tensors of a function, and runs the function again during backward:

    from torch.utils.checkpoint import checkpoint

    x = torch.tensor([3.0], requires_grad=True)
    runs = []

    def block(t):
        runs.append(1)
        return t**2

    block(x).sum().backward()                            # entry 1
    x.grad.zero_()
    y = checkpoint(block, x, use_reentrant=False)        # entry 2
    y.sum().backward()                                   # entry 3
    z = checkpoint(block, x, use_reentrant=False)
    z.sum().backward()                                   # entry 4

Do not run it. Write below `x.grad` and `len(runs)` after each marked line.

Then run `python -m grader core/activation-checkpointing`.
"""


def predict():
    return [
        {"x.grad": ..., "len(runs)": ...},  # 1: after the plain backward
        {"x.grad": ..., "len(runs)": ...},  # 2: after the forward of the checkpoint
        {"x.grad": ..., "len(runs)": ...},  # 3: after its backward
        {"x.grad": ..., "len(runs)": ...},  # 4: after the second checkpoint and its backward
    ]
