def solve(bg, p, wand):
    for _ in range(2):
        loss = (bg + p - 1) ** 2
        loss.backward()
    wand.step()
