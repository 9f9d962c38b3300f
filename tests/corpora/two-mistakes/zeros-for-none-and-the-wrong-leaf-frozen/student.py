def solve(a, b, opt):
    (a * b).backward()
    opt.step()
    opt.zero_grad(set_to_none=False)
    a.requires_grad_(False)
    (a * b).backward()
    opt.step()
