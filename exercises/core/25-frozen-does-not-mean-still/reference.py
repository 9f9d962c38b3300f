"""A frozen tensor can still change: a right solution."""


def solve(a, b, opt):
    loss = a * b
    loss.backward()
    opt.step()
    opt.zero_grad()

    b.requires_grad_(False)
    loss = a * b
    loss.backward()
    opt.step()
