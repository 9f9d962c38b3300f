def solve(a, b, opt):
    (a * b).backward()
    opt.step()
    b.requires_grad_(False)
    a.grad = None
    (a * b).backward()
    opt.step()
