from torch.optim import SGD


def solve(x):
    helper = SGD([x], lr=1.0)
    for make_loss in (lambda t: t.pow(2), lambda t: t + t):
        helper.zero_grad(set_to_none=False)
        make_loss(x).backward()
