def solve(x):
    x = x.detach().clone().float().requires_grad_(True)
    loss1 = x * x
    loss1.backward()
    loss2 = x * x * x
    loss2.backward()
    x.grad.zero_()
    loss3 = x * x + x
    loss3.backward()
