from torch.autograd import grad


def solve(x):
    loss = x**3
    loss.backward(retain_graph=True)
    (slope,) = grad(loss, x, create_graph=True)
    x.grad.zero_()
    slope.pow(2).backward()
