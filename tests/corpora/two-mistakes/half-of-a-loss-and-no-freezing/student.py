def solve(bg, p, wand):
    loss = 0.5 * (bg + p - 1) ** 2
    loss.backward()
    wand.zero_grad()
    loss = (bg + p - 1) ** 2
    loss.backward()
    wand.step()
