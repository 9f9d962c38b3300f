def solve(x):
    copy = x.detach().clone().requires_grad_()
    (copy**2).backward()
    (copy**3).backward()
    copy.grad.zero_()
    (copy**2 + copy).backward()
