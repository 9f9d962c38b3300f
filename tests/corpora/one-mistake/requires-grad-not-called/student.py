def solve(a, b, opt):
    (a * b).backward()
    opt.step()
    opt.zero_grad()
    b.requires_grad_
    (a * b).backward()
    opt.step()
