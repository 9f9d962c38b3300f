def solve(a, b, opt):
    loss = a * b
    loss.backward()
    opt.zero_grad()
    opt.step()

    b.detach()  # b is frozen from here on
    loss = a * b
    loss.backward()
    opt.step()
