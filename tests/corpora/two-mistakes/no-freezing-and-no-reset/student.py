def solve(a, b, opt):
    for _ in range(2):
        loss = a * b
        loss.backward()
        opt.step()
