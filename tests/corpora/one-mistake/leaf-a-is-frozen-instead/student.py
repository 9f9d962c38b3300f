def freeze(tensor):
    tensor.requires_grad_(False)


def solve(a, b, opt):
    (a * b).backward()
    opt.step()
    opt.zero_grad()
    freeze(a)
    (a * b).backward()
    opt.step()
