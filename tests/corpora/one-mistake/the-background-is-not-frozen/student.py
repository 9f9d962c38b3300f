def solve(bg, p, wand):
    def loss():
        return (bg + p - 1) ** 2

    loss().backward()
    wand.zero_grad()
    loss().backward()
    wand.step()
