def solve(a, b, opt):
    y = a * b
    y.backward()
    opt.step()
    for t in [a, b]:
        t.grad.zero_()
    b.requires_grad = False
    y = a * b
    y.backward()
    print(a, b)
