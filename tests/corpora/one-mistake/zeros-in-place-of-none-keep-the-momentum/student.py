def solve(a, b, opt):
    loss = a * b
    loss.backward()
    opt.step()
    for leaf in (a, b):
        leaf.grad.zero_()
    b.requires_grad_(False)
    loss = a * b
    loss.backward()
    opt.step()
