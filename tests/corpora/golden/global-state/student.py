history = []


def solve(x):
    global calls
    calls = 0
    for formula in (x**2, x**3):
        formula.backward()
        calls += 1
        history.append(x.grad.item())
    if len(history) == 2:
        x.grad.zero_()
    (x**2 + x).backward()
