def solve(x):
    loss1 = x**2
    loss2 = x**3
    loss3 = x**2 + x
    return loss1, loss2, loss3
