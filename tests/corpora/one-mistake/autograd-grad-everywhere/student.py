from torch.autograd import grad


def solve(x):
    g1 = grad(x**2, x)
    g2 = grad(x**3, x)
    g3 = grad(x**2 + x, x)
    return g1, g2, g3
