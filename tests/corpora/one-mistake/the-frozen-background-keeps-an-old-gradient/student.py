def solve(bg, p, wand):
    loss = (bg + p - 1) ** 2
    loss.backward()
    bg.requires_grad = False
    p.grad = None
    loss = (bg + p - 1) ** 2
    loss.backward()
    wand.step()
