def solve(p):
    for colour in (0.8, 0.1, 0.8):
        loss = (p - colour) ** 2
        loss.backward()
