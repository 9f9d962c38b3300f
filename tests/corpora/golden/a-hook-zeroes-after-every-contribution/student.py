def empty(leaf):
    leaf.grad.zero_()


def solve(x):
    x.register_post_accumulate_grad_hook(empty)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
