from torch.autograd import backward as go_back


def solve(x):
    go_back(x**2)
    go_back(x**3)
    x.grad.zero_()
    go_back(x**2 + x)
