def solve(w):
    learning_rate = 0.25
    for _ in range(2):
        loss = (w - 3) ** 2
        loss.backward()
        if _ == 0:
            w.data -= learning_rate * w.grad
