def solve(a, b, opt):
    (a * b).backward()
    opt.step()

    opt.zero_grad()
    b.require_grad = False

    (a * b).backward()
    opt.step()
